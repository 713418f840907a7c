//! Tax rates, as Xero writes them.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use crate::Decimal;
use crate::record::record;
use crate::statuses::TaxRateStatus;

record! {
    /// A tax rate (API-FACTS 4.3). Lists contain deleted rates.
    pub struct TaxRate {
        name: String = "Name",
        tax_type: String = "TaxType",
        tax_components: Vec<TaxComponent> = "TaxComponents",
        status: TaxRateStatus = "Status",
        report_tax_type: String = "ReportTaxType",
        can_apply_to_assets: bool = "CanApplyToAssets",
        can_apply_to_equity: bool = "CanApplyToEquity",
        can_apply_to_expenses: bool = "CanApplyToExpenses",
        can_apply_to_liabilities: bool = "CanApplyToLiabilities",
        can_apply_to_revenue: bool = "CanApplyToRevenue",
        display_tax_rate: Decimal = "DisplayTaxRate",
        effective_rate: Decimal = "EffectiveRate",
    }
}

record! {
    /// A part of a tax rate.
    pub struct TaxComponent {
        name: String = "Name",
        rate: Decimal = "Rate",
        is_compound: bool = "IsCompound",
        is_non_recoverable: bool = "IsNonRecoverable",
    }
}
