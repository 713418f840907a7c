//! Tracking categories, their options, and the tracking of a line.
//!
//! Every field is optional, because Xero omits what it likes; names in quotes are Xero's. Validation errors are
//! read by `element`, not here. Not here: what a field means for the books (`plan`).

use crate::XeroId;
use crate::record::record;
use crate::statuses::TrackingStatus;

record! {
    /// A tracking category with its options (API-FACTS 4.4).
    pub struct TrackingCategory {
        tracking_category_id: XeroId<TrackingCategory> = "TrackingCategoryID",
        tracking_option_id: XeroId<TrackingOption> = "TrackingOptionID",
        name: String = "Name",
        option: String = "Option",
        status: TrackingStatus = "Status",
        options: Vec<TrackingOption> = "Options",
    }
}

record! {
    /// One option of a tracking category.
    pub struct TrackingOption {
        tracking_option_id: XeroId<TrackingOption> = "TrackingOptionID",
        name: String = "Name",
        status: TrackingStatus = "Status",
        tracking_category_id: XeroId<TrackingCategory> = "TrackingCategoryID",
    }
}

record! {
    /// The tracking of a line: two at most, by names or by ids (API-FACTS 4.4).
    pub struct Tracking {
        tracking_category_id: XeroId<TrackingCategory> = "TrackingCategoryID",
        tracking_option_id: XeroId<TrackingOption> = "TrackingOptionID",
        name: String = "Name",
        option: String = "Option",
    }
}
