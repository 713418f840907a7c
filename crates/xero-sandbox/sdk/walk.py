"""The official Python SDK walks through every resource of a running sandbox.

    SANDBOX=http://127.0.0.1:4010 python walk.py

Nothing of the SDK is patched but base URLs. Each step is a function; a step that fails is named, with what was
expected. The steps share one Walk, so that later ones find what earlier ones made. The sandbox is started with
`--limits off` and one demo-nz organisation.
"""

import base64
import datetime as dt
import json
import os
import sys
import traceback
import urllib.parse
import urllib.request
from decimal import Decimal

from xero_python.accounting import AccountingApi
from xero_python.accounting import models as m
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import ApiException
from xero_python.identity import IdentityApi

BASE = os.environ.get("SANDBOX", "http://127.0.0.1:4010")
CLIENT, SECRET, REDIRECT = "sandbox-client", "sandbox-secret", "http://127.0.0.1:9999/callback"
SCOPES = (
    "openid profile email offline_access accounting.invoices accounting.payments accounting.contacts "
    "accounting.settings accounting.attachments accounting.manualjournals accounting.banktransactions "
    "accounting.journals.read accounting.reports.trialbalance.read accounting.reports.balancesheet.read "
    "accounting.reports.profitandloss.read"
)
TODAY = dt.datetime.now(dt.timezone.utc).date()
ZERO = "00000000-0000-0000-0000-000000000000"
TokenApi.refresh_token_url = f"{BASE}/connect/token"
TokenApi.revoke_token_url = f"{BASE}/connect/revocation"
TokenApi.client_credentials_token_url = f"{BASE}/connect/token"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def control(method, what, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{BASE}/sandbox/api/{what}", data=data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def authorise(scopes):
    """A code for an approved consent, as a browser would bring it back."""
    query = urllib.parse.urlencode(
        {"response_type": "code", "client_id": CLIENT, "redirect_uri": REDIRECT, "scope": scopes,
         "state": "s", "sandbox_auto_approve": "true"})
    try:
        urllib.request.build_opener(NoRedirect).open(f"{BASE}/identity/connect/authorize?{query}")
    except urllib.error.HTTPError as answer:
        assert answer.code == 302, answer.read()
        back = urllib.parse.urlparse(answer.headers["location"])
        return urllib.parse.parse_qs(back.query)["code"][0]
    raise AssertionError("no redirect")


def exchange(code):
    form = urllib.parse.urlencode({"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT})
    basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    request = urllib.request.Request(f"{BASE}/connect/token", data=form.encode(),
                                     headers={"Authorization": f"Basic {basic}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def refused(call, status, *texts):
    """The call is refused with this status, and the body has these texts."""
    try:
        call()
    except ApiException as error:
        # The SDK replaces the status of a validation error by its message.
        seen, body = error.http_resp.status, str(error.http_resp.text)
        assert seen == status, f"status {seen} instead of {status}: {body[:300]}"
        for text in texts:
            assert text.lower() in body.lower(), f"{text!r} is not in {body[:600]}"
        return json.loads(body) if body.startswith("{") else None
    raise AssertionError(f"not refused; expected {status} {texts}")


def same(seen, expected, what=""):
    assert seen == expected, f"{what}: {seen!r} instead of {expected!r}"


class Walk:
    def __init__(self):
        token = exchange(authorise(SCOPES))
        token["scope"] = token["scope"].split(" ")
        self.token = token
        self.client = ApiClient(Configuration(oauth2_token=OAuth2Token(client_id=CLIENT, client_secret=SECRET)))
        self.client.oauth2_token_getter(lambda: self.token)
        self.client.oauth2_token_saver(lambda new: setattr(self, "token", new))
        self.api = AccountingApi(self.client, base_url=f"{BASE}/api.xro/2.0")
        self.identity = IdentityApi(self.client, base_url=BASE)
        self.tenant = self.identity.get_connections()[0].tenant_id

    # -- what lines need

    def account(self, kind, **wanted):
        for account in self.api.get_accounts(self.tenant, where='Status=="ACTIVE"').accounts:
            fits = str(account.type.value if hasattr(account.type, "value") else account.type) == kind
            if fits and account.code and not account.system_account:
                return account
        raise AssertionError(f"the demo chart has no {kind}")

    def contact(self):
        return m.Contact(contact_id=self.customer)

    def line(self, amount="100", quantity="1", **more):
        fields = dict(description="Walk", quantity=Decimal(quantity), unit_amount=Decimal(amount),
                      account_code=self.sales, tax_type="OUTPUT2")
        fields.update(more)
        return m.LineItem(**fields)

    def invoice(self, status="AUTHORISED", lines=None, kind="ACCREC", **more):
        buying = kind == "ACCPAY"
        line = self.line(account_code=self.costs, tax_type="INPUT2") if buying else self.line()
        fields = dict(type=kind, contact=self.contact(), date=TODAY, due_date=TODAY + dt.timedelta(days=30),
                      line_amount_types=m.LineAmountTypes("Exclusive"), status=status, line_items=lines or [line])
        fields.update(more)
        return m.Invoice(**fields)

    def create(self, *invoices, **options):
        return self.api.create_invoices(self.tenant, m.Invoices(invoices=list(invoices)), **options).invoices


# ---- the steps, in order

def organisation(w):
    org = w.api.get_organisations(w.tenant).organisations[0]
    same(str(org.organisation_id), str(w.tenant), "OrganisationID")
    assert org.base_currency and org.timezone and org.is_demo_company is not None
    assert w.api.get_organisation_actions(w.tenant).actions
    assert w.api.get_users(w.tenant).users


def accounts(w):
    w.sales, w.costs = w.account("REVENUE").code, w.account("DIRECTCOSTS").code
    w.bank = w.account("BANK") if any(
        a.code for a in w.api.get_accounts(w.tenant, where='Type=="BANK"').accounts) else None
    w.bank = w.bank or w.api.get_accounts(w.tenant, where='Type=="BANK"').accounts[0]
    code = "W" + str(int(dt.datetime.now().timestamp()))[-7:]
    made = w.api.create_account(w.tenant, m.Account(code=code, name=f"Walk {code}", type=m.AccountType("CURRENT")))
    account = made.accounts[0]
    same(account.code, code)
    w.stock = code
    refused(lambda: w.api.create_account(w.tenant, m.Account(code=code, name=f"Walk {code}", type=m.AccountType("CURRENT"))), 400,
            "unique")
    refused(lambda: w.api.create_account(w.tenant, m.Account(code="TOOLONGACODE", name="L", type=m.AccountType("CURRENT"))), 400,
            "too long")
    again = w.api.update_account(w.tenant, account.account_id, m.Accounts(
        accounts=[m.Account(account_id=account.account_id, name=f"Walk {code} again")]))
    same(again.accounts[0].name, f"Walk {code} again")
    throwaway = w.api.create_account(
        w.tenant, m.Account(code=code[:-1] + "Z", name=f"Away {code}", type=m.AccountType("CURRENT"))).accounts[0]
    w.api.delete_account(w.tenant, throwaway.account_id)
    refused(lambda: w.api.get_account(w.tenant, ZERO[:-1] + "1"), 404)


def settings(w):
    rates = w.api.get_tax_rates(w.tenant).tax_rates
    names = {r.tax_type for r in rates}
    assert {"INPUT2", "OUTPUT2", "NONE"} <= names, names
    assert w.api.get_tax_rate_by_tax_type(w.tenant, "OUTPUT2").tax_rates[0].effective_rate == 15
    currencies = w.api.get_currencies(w.tenant).currencies
    assert len(currencies) >= 2, "the demo has one foreign currency"
    assert w.api.get_branding_themes(w.tenant).branding_themes
    categories = w.api.get_tracking_categories(w.tenant).tracking_categories
    assert len(categories) == 2 and categories[0].options
    w.tracking = m.LineItemTracking(
        tracking_category_id=categories[0].tracking_category_id,
        name=categories[0].name, option=categories[0].options[0].name)
    option = w.api.create_tracking_options(
        w.tenant, categories[0].tracking_category_id, m.TrackingOption(name=f"Walk {w.stock}")).options
    same(option[0].name, f"Walk {w.stock}")
    w.api.delete_tracking_options(w.tenant, categories[0].tracking_category_id, option[0].tracking_option_id)


def catalogues(w):
    """Tracking categories, tax rates, currencies: made, changed, taken away."""
    third = lambda: w.api.create_tracking_category(w.tenant, m.TrackingCategory(name=f"Third {w.stock}"))
    refused(third, 400)  # two active ones are the most there may be
    categories = w.api.get_tracking_categories(w.tenant).tracking_categories
    status = lambda id, word: w.api.update_tracking_category(
        w.tenant, id, m.TrackingCategory(status=word)).tracking_categories[0].status
    second = categories[1].tracking_category_id
    same(status(second, "ARCHIVED"), "ARCHIVED")
    made = third().tracking_categories[0]
    renamed = w.api.update_tracking_category(w.tenant, made.tracking_category_id,
                                             m.TrackingCategory(name=f"Away {w.stock}")).tracking_categories[0]
    same(renamed.name, f"Away {w.stock}")
    option = w.api.create_tracking_options(w.tenant, made.tracking_category_id, m.TrackingOption(name="One")).options[0]
    again = w.api.update_tracking_options(w.tenant, made.tracking_category_id, option.tracking_option_id,
                                          m.TrackingOption(name="Uno")).options[0]
    same(again.name, "Uno")
    refused(lambda: w.api.create_tracking_options(w.tenant, made.tracking_category_id, m.TrackingOption(name="Uno")), 400)
    w.api.delete_tracking_category(w.tenant, made.tracking_category_id)
    same(status(second, "ACTIVE"), "ACTIVE")
    same(len(w.api.get_tracking_categories(w.tenant).tracking_categories), 2)
    rate = lambda **more: m.TaxRates(tax_rates=[m.TaxRate(name=f"Rate {w.stock}", report_tax_type="INPUT", **more)])
    part = lambda: [m.TaxComponent(name="Part", rate=Decimal("7.5"), is_compound=False)]
    custom = w.api.create_tax_rates(w.tenant, rate(tax_components=part())).tax_rates[0]
    same(custom.effective_rate, Decimal("7.5"))
    refused(lambda: w.api.create_tax_rates(w.tenant, rate(tax_components=part())), 400)
    gone = w.api.update_tax_rate(w.tenant, rate(tax_type=custom.tax_type, tax_components=part(), status="DELETED"))
    same(gone.tax_rates[0].status, "DELETED")
    assert w.api.create_currency(w.tenant, m.Currency(code=m.CurrencyCode("SEK"))).currencies
    assert any(c.code == m.CurrencyCode("SEK") for c in w.api.get_currencies(w.tenant).currencies)


def contacts(w):
    name = f"Walk & Söhne {w.stock}"
    made = w.api.create_contacts(w.tenant, m.Contacts(contacts=[
        m.Contact(name=name, contact_number=f"N{w.stock}", email_address="walk@example.com",
                  phones=[m.Phone(phone_type="MOBILE", phone_number="123")])])).contacts[0]
    w.customer = made.contact_id
    same(made.name, name)
    body = refused(lambda: w.api.create_contacts(w.tenant, m.Contacts(contacts=[m.Contact(name=name.upper())])),
                   400, "is already assigned to another contact")
    same((body["ErrorNumber"], body["Type"]), (10, "ValidationException"))
    same(body["Elements"][0]["ContactID"], ZERO)
    refused(lambda: w.api.create_contacts(w.tenant, m.Contacts(contacts=[m.Contact(first_name="Nobody")])), 400)
    updated = w.api.update_contact(w.tenant, w.customer, m.Contacts(contacts=[m.Contact(first_name="Jo")]))
    same((updated.contacts[0].first_name, updated.contacts[0].name), ("Jo", name))
    same(w.api.get_contact(w.tenant, w.customer).contacts[0].name, name)
    same(w.api.get_contact_by_contact_number(w.tenant, f"N{w.stock}").contacts[0].contact_id, w.customer)
    found = w.api.get_contacts(w.tenant, where=f'Name=="{name.lower()}"').contacts
    same([c.contact_id for c in found], [w.customer], "text compares ignoring case")
    same(len(w.api.get_contacts(w.tenant, search_term=w.stock).contacts), 1)
    # a batch with one bad element, both ways
    batch = lambda: m.Contacts(contacts=[m.Contact(name=f"Good {w.stock}"), m.Contact(name=name)])
    refused(lambda: w.api.create_contacts(w.tenant, batch()), 400, "already assigned")
    same(len(w.api.get_contacts(w.tenant, where=f'Name=="Good {w.stock}"').contacts), 0, "stored nothing on 400")
    both = w.api.create_contacts(w.tenant, batch(), summarize_errors=False).contacts
    same([c.has_validation_errors for c in both], [False, True])
    same([c.status_attribute_string for c in both], ["OK", "ERROR"])
    same(both[1].contact_id, ZERO)
    # archive and back
    archived = w.api.update_contact(w.tenant, both[0].contact_id, m.Contacts(
        contacts=[m.Contact(contact_status="ARCHIVED")])).contacts[0]
    same(archived.contact_status, "ARCHIVED")
    refused(lambda: w.api.update_contact(w.tenant, both[0].contact_id, m.Contacts(
        contacts=[m.Contact(first_name="X")])), 400, "archived contact")
    # paging
    page = w.api.get_contacts(w.tenant, page=1, page_size=2, include_archived=True)
    same((len(page.contacts), page.pagination.page_size), (2, 2))
    # history
    w.api.create_contact_history(w.tenant, w.customer, m.HistoryRecords(
        history_records=[m.HistoryRecord(details="A note")]))
    assert any(h.details == "A note" for h in w.api.get_contact_history(w.tenant, w.customer).history_records)


def items(w):
    w.item = f"I{w.stock}"
    made = w.api.create_items(w.tenant, m.Items(items=[
        m.Item(code=w.item, name="Walk", description="Walk item",
               sales_details=m.Purchase(unit_price=Decimal("12.3456"), account_code=w.sales, tax_type="OUTPUT2"),
               purchase_details=m.Purchase(unit_price=Decimal("5"), account_code=w.costs))]), unitdp=4).items[0]
    same(made.sales_details.unit_price, Decimal("12.3456"))
    refused(lambda: w.api.create_items(w.tenant, m.Items(items=[m.Item(code=w.item)])), 400, "already exists")
    again = w.api.update_item(w.tenant, made.item_id, m.Items(items=[m.Item(code=w.item, name="Walk again")]))
    same((again.items[0].item_id, again.items[0].name), (made.item_id, "Walk again"))
    same(w.api.get_item(w.tenant, w.item).items[0].item_id, made.item_id)
    assert any(i.is_tracked_as_inventory for i in w.api.get_items(w.tenant).items), "one tracked item in the demo"
    gone = w.api.update_or_create_items(w.tenant, m.Items(items=[m.Item(code="X" + w.item)])).items[0]
    w.api.delete_item(w.tenant, gone.item_id)
    refused(lambda: w.api.get_item(w.tenant, gone.item_id), 404)


def invoices(w):
    # the check vectors of exclusive and inclusive tax
    prices = ["25.06", "25.61", "25.63"]
    made = w.create(w.invoice(lines=[w.line(p) for p in prices], reference="Vectors"))[0]
    same((made.total_tax, made.total, made.amount_due), (Decimal("11.44"), Decimal("87.74"), Decimal("87.74")))
    inclusive = w.create(w.invoice(lines=[w.line("420"), w.line("50")], line_amount_types=m.LineAmountTypes("Inclusive")))[0]
    same((inclusive.sub_total, inclusive.total_tax), (Decimal("408.70"), Decimal("61.30")))
    assert made.invoice_number.startswith("INV-"), made.invoice_number
    # numbers are unique for sales invoices, not for bills
    refused(lambda: w.create(w.invoice(invoice_number=made.invoice_number)), 400, "must be unique")
    bills = [w.create(w.invoice(kind="ACCPAY", invoice_number="SAME"))[0] for _ in range(2)]
    assert bills[0].invoice_id != bills[1].invoice_id
    w.bill = bills[0].invoice_id
    # items fill lines; tracking and discount are kept
    rich = w.create(w.invoice(lines=[m.LineItem(item_code=w.item, quantity=Decimal(2), tracking=[w.tracking],
                                                discount_rate=Decimal(10))]), unitdp=4)[0]
    line = rich.line_items[0]
    same((line.unit_amount, line.account_code, line.line_amount), (Decimal("12.3456"), w.sales, Decimal("22.22")))
    same(line.tracking[0].option, w.tracking.option)
    # each family of errors
    for bad, text in [
        (w.invoice(lines=[w.line(account_code="NOPE")]), "not a valid code"),
        (w.invoice(lines=[m.LineItem(description="x", quantity=1, unit_amount=1)]), "Account code or ID"),
        (w.invoice(lines=[w.line(tax_type="NOPE")]), "TaxType"),
        (w.invoice(lines=[w.line(line_amount=Decimal("1"))]), "line total"),
        (w.invoice(currency_code=m.CurrencyCode("XPF")), "currency"),
        (m.Invoice(type="ACCREC", status="AUTHORISED", contact=w.contact(), date=TODAY, line_items=[w.line()]),
         "DueDate"),
        (m.Invoice(type="ACCREC", line_items=[w.line()]), "contact"),
        (w.invoice(date=dt.date(1999, 1, 1)), "lock date"),
    ]:
        refused(lambda: w.create(bad), 400, text)
    # a draft is edited, approved; an approved one can't be deleted, but voided
    draft = w.create(w.invoice(status="DRAFT"))[0]
    kept = draft.line_items[0].line_item_id
    edited = w.api.update_invoice(w.tenant, draft.invoice_id, m.Invoices(invoices=[m.Invoice(
        invoice_id=draft.invoice_id, line_items=[w.line("50", line_item_id=kept), w.line("1")])])).invoices[0]
    same((edited.sub_total, len(edited.line_items), edited.line_items[0].line_item_id), (Decimal(51), 2, kept))
    change = lambda status: w.api.update_invoice(w.tenant, draft.invoice_id, m.Invoices(
        invoices=[m.Invoice(invoice_id=draft.invoice_id, status=status)])).invoices[0]
    same(change("AUTHORISED").status, "AUTHORISED")
    refused(lambda: change("DELETED"), 400, "not of valid status for modification")
    failed = w.api.update_or_create_invoices(w.tenant, m.Invoices(invoices=[m.Invoice(
        invoice_id=draft.invoice_id, status="DELETED")]), summarize_errors=False).invoices[0]
    same((failed.status, failed.status_attribute_string), ("DELETED", "ERROR"), "the requested status is echoed")
    same(w.api.get_invoice(w.tenant, draft.invoice_id).invoices[0].status, "AUTHORISED")
    same(change("VOIDED").status, "VOIDED")
    # batches with one bad element, both ways
    pair = lambda: [w.invoice(reference=f"B{w.stock}"), w.invoice(lines=[w.line(account_code="NOPE")])]
    refused(lambda: w.create(*pair()), 400, "not a valid code")
    same(len(w.api.get_invoices(w.tenant, where=f'Reference=="B{w.stock}"').invoices), 0)
    good, bad = w.create(*pair(), summarize_errors=False)
    same((good.status_attribute_string, bad.status_attribute_string), ("OK", "ERROR"))
    same((bad.invoice_id, bad.has_errors), (ZERO, True))
    assert bad.validation_errors and good.invoice_id != ZERO
    # reading: filters, paging, conditions
    get = lambda **q: w.api.get_invoices(w.tenant, **q).invoices
    same([i.invoice_id for i in get(i_ds=[good.invoice_id])], [good.invoice_id])
    same(len(get(invoice_numbers=[made.invoice_number, rich.invoice_number])), 2)
    assert all(i.status == "VOIDED" for i in get(statuses=["VOIDED"]))
    assert all(i.type == "ACCPAY" for i in get(where='Type=="ACCPAY" AND AmountDue>0', order="Date DESC"))
    assert get(contact_i_ds=[w.customer], page=1)[0].line_items
    assert not get(contact_i_ds=[w.customer])[0].line_items, "lists without a page have no lines"
    same(get(page=10_000), [])
    same(get(if_modified_since=dt.datetime(2100, 1, 1, tzinfo=dt.timezone.utc)), [])
    assert get(if_modified_since=dt.datetime(2000, 1, 1, tzinfo=dt.timezone.utc))
    same(len(get(search_term=made.invoice_number)), 1)
    assert all(not i.line_items for i in get(summary_only=True, page=1))
    refused(lambda: get(where="Type==="), 400)
    refused(lambda: w.api.get_invoice(w.tenant, ZERO[:-1] + "1"), 404)
    w.api.create_invoice_history(w.tenant, made.invoice_id, m.HistoryRecords(
        history_records=[m.HistoryRecord(details="Walked")]))
    assert w.api.get_invoice_history(w.tenant, made.invoice_id).history_records[0].details
    assert w.api.get_online_invoice(w.tenant, made.invoice_id).online_invoices[0].online_invoice_url
    w.open_invoice = made


def foreign(w):
    base = w.api.get_organisations(w.tenant).organisations[0].base_currency
    other = next(c.code for c in w.api.get_currencies(w.tenant).currencies if c.code != base)
    other = getattr(other, "value", other)
    invoice = w.create(w.invoice(currency_code=m.CurrencyCode(other), currency_rate=Decimal("0.5")))[0]
    same((getattr(invoice.currency_code, "value", invoice.currency_code), invoice.currency_rate),
         (other, Decimal("0.5")))
    paid = w.api.create_payment(w.tenant, m.Payment(
        invoice=m.Invoice(invoice_id=invoice.invoice_id), account=m.Account(account_id=w.bank.account_id),
        date=TODAY, amount=invoice.total, currency_rate=Decimal("0.4"))).payments[0]
    same(paid.status, "AUTHORISED")
    same(w.api.get_invoice(w.tenant, invoice.invoice_id).invoices[0].status, "PAID")


def payments(w):
    pay = lambda amount, invoice=None: w.api.create_payments(w.tenant, m.Payments(payments=[m.Payment(
        invoice=m.Invoice(invoice_id=(invoice or w.open_invoice).invoice_id),
        account=m.Account(account_id=w.bank.account_id), date=TODAY, amount=Decimal(amount),
        reference="Walk")])).payments[0]
    part = pay("80.00")
    assert part.payment_type == "ACCRECPAYMENT" and part.status == "AUTHORISED"
    same(w.api.get_invoice(w.tenant, w.open_invoice.invoice_id).invoices[0].amount_due, Decimal("7.74"))
    refused(lambda: pay("7.75"), 400, "exceeds the amount outstanding")
    rest = pay("7.74")
    invoice = w.api.get_invoice(w.tenant, w.open_invoice.invoice_id).invoices[0]
    same((invoice.status, invoice.amount_due, invoice.amount_paid), ("PAID", 0, Decimal("87.74")))
    assert invoice.fully_paid_on_date
    refused(lambda: w.api.update_invoice(w.tenant, invoice.invoice_id, m.Invoices(
        invoices=[m.Invoice(invoice_id=invoice.invoice_id, status="VOIDED")])), 400)
    deleted = w.api.delete_payment(w.tenant, rest.payment_id, m.PaymentDelete(status="DELETED")).payments[0]
    same(deleted.status, "DELETED")
    same(w.api.get_invoice(w.tenant, w.open_invoice.invoice_id).invoices[0].status, "AUTHORISED")
    same(w.api.get_payment(w.tenant, part.payment_id).payments[0].amount, Decimal("80"))
    assert w.api.get_payments(w.tenant, where='Status=="AUTHORISED"', page=1).payments
    bad_account = m.Payment(invoice=m.Invoice(invoice_id=w.open_invoice.invoice_id),
                            account=m.Account(code=w.sales), date=TODAY, amount=Decimal(1))
    refused(lambda: w.api.create_payment(w.tenant, bad_account), 400)
    bills = [w.create(w.invoice(kind="ACCPAY"))[0] for _ in range(2)]
    batch = w.api.create_batch_payment(w.tenant, m.BatchPayments(batch_payments=[m.BatchPayment(
        account=m.Account(account_id=w.bank.account_id), date=TODAY, reference="Run",
        payments=[m.Payment(invoice=m.Invoice(invoice_id=b.invoice_id), amount=b.total) for b in bills])]))
    batch = batch.batch_payments[0]
    same(w.api.get_invoice(w.tenant, bills[0].invoice_id).invoices[0].status, "PAID")
    assert w.api.get_batch_payments(w.tenant).batch_payments
    w.api.delete_batch_payment(w.tenant, m.BatchPaymentDelete(batch_payment_id=batch.batch_payment_id,
                                                              status="DELETED"))
    same(w.api.get_invoice(w.tenant, bills[0].invoice_id).invoices[0].status, "AUTHORISED")


def credit_notes(w):
    note = w.api.create_credit_notes(w.tenant, m.CreditNotes(credit_notes=[m.CreditNote(
        type="ACCRECCREDIT", contact=w.contact(), date=TODAY, status="AUTHORISED",
        line_amount_types=m.LineAmountTypes("Exclusive"), line_items=[w.line("10")])])).credit_notes[0]
    same((note.total, note.remaining_credit), (Decimal("11.5"), Decimal("11.5")))
    invoice = w.create(w.invoice())[0]
    allocate = lambda amount, to: w.api.create_credit_note_allocation(
        w.tenant, note.credit_note_id, m.Allocations(allocations=[m.Allocation(
            amount=Decimal(amount), date=TODAY, invoice=m.Invoice(invoice_id=to))])).allocations[0]
    made = allocate("4.5", invoice.invoice_id)
    same(made.amount, Decimal("4.5"))
    seen = w.api.get_invoice(w.tenant, invoice.invoice_id).invoices[0]
    same((seen.amount_credited, seen.amount_due), (Decimal("4.5"), Decimal("110.5")))
    refused(lambda: allocate("7.01", invoice.invoice_id), 400)
    refused(lambda: allocate("1", w.bill), 400)
    try:  # the documented answer has no Amount (API-FACTS 4.8), which this SDK's model insists on
        w.api.delete_credit_note_allocations(w.tenant, note.credit_note_id, made.allocation_id)
    except ValueError as error:
        assert "amount" in str(error), error
    same(w.api.get_invoice(w.tenant, invoice.invoice_id).invoices[0].amount_due, Decimal("115"))
    allocate("11.5", invoice.invoice_id)
    same(w.api.get_credit_note(w.tenant, note.credit_note_id).credit_notes[0].status, "PAID")
    assert w.api.get_credit_notes(w.tenant, page=1).credit_notes[0].line_items
    refund = w.api.create_credit_notes(w.tenant, m.CreditNotes(credit_notes=[m.CreditNote(
        type="ACCPAYCREDIT", contact=w.contact(), date=TODAY, status="AUTHORISED",
        line_items=[w.line("20", account_code=w.costs, tax_type="INPUT2")])])).credit_notes[0]
    paid = w.api.create_payment(w.tenant, m.Payment(
        credit_note=m.CreditNote(credit_note_id=refund.credit_note_id),
        account=m.Account(account_id=w.bank.account_id), date=TODAY, amount=refund.total)).payments[0]
    same(paid.payment_type, "APCREDITPAYMENT")


def purchase_orders(w):
    order = lambda **more: m.PurchaseOrder(**{**dict(
        contact=w.contact(), date=TODAY, delivery_date=TODAY, status="AUTHORISED",
        line_items=[w.line("1.2345", quantity="3", account_code=w.costs, tax_type="INPUT2")]), **more})
    create = lambda *orders, **options: w.api.create_purchase_orders(
        w.tenant, m.PurchaseOrders(purchase_orders=list(orders)), **options).purchase_orders
    made = create(order())[0]
    assert made.purchase_order_number.startswith("PO-"), made.purchase_order_number
    same(made.line_items[0].unit_amount, Decimal("1.2345"), "four decimals always")
    same(w.api.get_purchase_order_by_number(w.tenant, made.purchase_order_number).purchase_orders[0]
         .purchase_order_id, made.purchase_order_id)
    refused(lambda: create(order(purchase_order_number=made.purchase_order_number)), 400)
    update = lambda **fields: w.api.update_purchase_order(w.tenant, made.purchase_order_id, m.PurchaseOrders(
        purchase_orders=[m.PurchaseOrder(**fields)])).purchase_orders[0]
    same(update(status="BILLED").status, "BILLED")
    same(update(status="DELETED").status, "DELETED")
    refused(lambda: update(reference="x"), 400, "Deleted PurchaseOrders cannot be updated")
    assert w.api.get_purchase_orders(w.tenant, status="DELETED").purchase_orders


def quotes(w):
    made = w.api.create_quotes(w.tenant, m.Quotes(quotes=[m.Quote(
        contact=w.contact(), date=TODAY, expiry_date=TODAY, line_items=[w.line("9")], title="Walk")])).quotes[0]
    assert made.quote_number.startswith("QU-"), made.quote_number
    move = lambda status: w.api.update_quote(w.tenant, made.quote_id, m.Quotes(quotes=[m.Quote(
        quote_id=made.quote_id, contact=w.contact(), date=TODAY, status=m.QuoteStatusCodes(status))])).quotes[0]
    for status in ["SENT", "ACCEPTED", "INVOICED"]:
        moved = move(status)
        same(moved.status, m.QuoteStatusCodes(status))
    refused(lambda: move("DRAFT"), 400)
    # A number that is not sent again may change with an update (recorded).
    found = w.api.get_quotes(w.tenant, quote_number=moved.quote_number).quotes
    assert any(q.quote_id == made.quote_id for q in found), found


def bank(w):
    spend = lambda kind, **more: w.api.create_bank_transactions(w.tenant, m.BankTransactions(bank_transactions=[
        m.BankTransaction(**{**dict(type=kind, contact=w.contact(), date=TODAY,
                                    bank_account=m.Account(account_id=w.bank.account_id),
                                    line_items=[w.line("46", account_code=w.costs, tax_type="INPUT2")]), **more})
    ])).bank_transactions[0]
    made = spend("SPEND")
    same((made.total, made.status), (Decimal(46), "AUTHORISED"))
    gone = w.api.update_bank_transaction(w.tenant, made.bank_transaction_id, m.BankTransactions(bank_transactions=[
        m.BankTransaction(type="SPEND", bank_transaction_id=made.bank_transaction_id, status="DELETED",
                          bank_account=m.Account(account_id=w.bank.account_id), line_items=[])]))
    same(gone.bank_transactions[0].status, "DELETED")
    prepaid = spend("SPEND-PREPAYMENT")
    bill = w.create(w.invoice(kind="ACCPAY"))[0]
    prepayment = next(p for p in w.api.get_prepayments(w.tenant).prepayments
                      if p.prepayment_id == prepaid.prepayment_id)
    same(prepayment.remaining_credit, Decimal(46))
    w.api.create_prepayment_allocations(w.tenant, prepaid.prepayment_id, m.Allocations(allocations=[m.Allocation(
        amount=Decimal(46), date=TODAY, invoice=m.Invoice(invoice_id=bill.invoice_id))]))
    same(w.api.get_invoice(w.tenant, bill.invoice_id).invoices[0].amount_due, Decimal(69))
    same(w.api.get_prepayment(w.tenant, prepaid.prepayment_id).prepayments[0].status, "PAID")
    over = spend("RECEIVE-OVERPAYMENT", line_items=[
        m.LineItem(description="Too much", quantity=Decimal(1), unit_amount=Decimal(5), tax_type="NONE")],
        line_amount_types=m.LineAmountTypes("NoTax"))
    assert over.overpayment_id and w.api.get_overpayments(w.tenant).overpayments
    assert w.api.get_bank_transactions(w.tenant, where='Type=="SPEND"', page=1).bank_transactions


def manual_journals(w):
    line = lambda amount, code: m.ManualJournalLine(line_amount=Decimal(amount), account_code=code,
                                                    description="Walk", tax_type="NONE")
    journal = lambda *lines, **more: m.ManualJournals(manual_journals=[m.ManualJournal(
        **{**dict(narration=f"MB-{w.stock} walk", date=TODAY, status="POSTED", line_amount_types=m.LineAmountTypes("NoTax"),
                  journal_lines=list(lines)), **more})])
    create = lambda *lines, **more: w.api.create_manual_journals(w.tenant, journal(*lines, **more)).manual_journals[0]
    made = create(line("100", w.stock), line("-100", w.costs))
    same(made.status, "POSTED")
    refused(lambda: create(line("100", w.stock), line("-10", w.costs)), 400, "total debits")
    debtors = next(a for a in w.api.get_accounts(w.tenant).accounts if a.system_account == "DEBTORS")
    refused(lambda: create(line("1", debtors.code), line("-1", w.costs)), 400)
    refused(lambda: create(line("1", w.stock)), 400)
    refused(lambda: create(line("1", w.stock), line("-1", w.costs), date=dt.date(1999, 1, 1)), 400, "lock date")
    listed = w.api.get_manual_journals(w.tenant, where=f'Narration=="MB-{w.stock} walk"', page=1).manual_journals
    same([len(j.journal_lines) for j in listed], [2])
    void = w.api.update_manual_journal(w.tenant, made.manual_journal_id, m.ManualJournals(manual_journals=[
        m.ManualJournal(manual_journal_id=made.manual_journal_id, narration=made.narration, status="VOIDED")]))
    same(void.manual_journals[0].status, "VOIDED")
    create(line("100", w.stock), line("-100", w.costs), narration=f"MB-{w.stock} stays")


def attachments(w):
    invoice = w.open_invoice.invoice_id
    name = "a walk (1) é.txt"
    made = w.api.create_invoice_attachment_by_file_name(w.tenant, invoice, name, b"Hello \x00 there").attachments[0]
    same((made.file_name, made.content_length), (name, 13))
    listed = w.api.get_invoice_attachments(w.tenant, invoice).attachments
    same([a.attachment_id for a in listed], [made.attachment_id])
    path = w.api.get_invoice_attachment_by_id(w.tenant, invoice, made.attachment_id, "application/octet-stream")
    with open(path, "rb") as file:
        same(file.read(), b"Hello \x00 there")
    again = w.api.create_invoice_attachment_by_file_name(w.tenant, invoice, name, b"Shorter").attachments[0]
    same(again.content_length, 7)
    same(len(w.api.get_invoice_attachments(w.tenant, invoice).attachments), 1, "same name overwrites")


def papers(w):
    """Files and notes at every kind of document that has them."""
    document = lambda rows, key: getattr(rows[0], key)
    order = document(w.api.get_purchase_orders(w.tenant, status="DELETED").purchase_orders, "purchase_order_id")
    places = [
        ("account", w.bank.account_id, False),
        ("bank_transaction", document(w.api.get_bank_transactions(w.tenant, page=1).bank_transactions,
                                      "bank_transaction_id"), "create_bank_transaction_history_record"),
        ("contact", w.customer, "create_contact_history"),
        ("credit_note", document(w.api.get_credit_notes(w.tenant, page=1).credit_notes, "credit_note_id"),
         "create_credit_note_history"),
        ("manual_journal", document(w.api.get_manual_journals(w.tenant, page=1).manual_journals, "manual_journal_id"),
         "create_manual_journal_history_record"),
        ("purchase_order", order, "create_purchase_order_history"),
        ("quote", document(w.api.get_quotes(w.tenant).quotes, "quote_id"), "create_quote_history"),
    ]
    for kind, id, history in places:
        made = getattr(w.api, f"create_{kind}_attachment_by_file_name")(w.tenant, id, "paper.txt", b"Paper")
        same(made.attachments[0].content_length, 5, kind)
        same(len(getattr(w.api, f"get_{kind}_attachments")(w.tenant, id).attachments), 1, kind)
        if history:
            note = m.HistoryRecords(history_records=[m.HistoryRecord(details=f"Note at {kind}")])
            same(getattr(w.api, history)(w.tenant, id, note).history_records[0].details, f"Note at {kind}")
    quote = document(w.api.get_quotes(w.tenant).quotes, "quote_id")
    for kind, id in [("invoice", w.open_invoice.invoice_id), ("purchase_order", order), ("quote", quote)]:
        with open(getattr(w.api, f"get_{kind}_as_pdf")(w.tenant, id), "rb") as file:
            same(file.read(5), b"%PDF-", kind)
    w.api.email_invoice(w.tenant, w.open_invoice.invoice_id, m.RequestEmpty())
    refused(lambda: w.api.email_invoice(w.tenant, w.bill, m.RequestEmpty()), 400)


def overpayments(w):
    over = next(o for o in w.api.get_overpayments(w.tenant).overpayments if o.remaining_credit)
    invoice = w.create(w.invoice())[0]
    w.api.create_overpayment_allocations(w.tenant, over.overpayment_id, m.Allocations(allocations=[m.Allocation(
        amount=Decimal(2), date=TODAY, invoice=m.Invoice(invoice_id=invoice.invoice_id))]))
    seen = w.api.get_overpayment(w.tenant, over.overpayment_id).overpayments[0]
    same((seen.remaining_credit, seen.allocations[0].amount), (over.remaining_credit - 2, Decimal(2)))
    same(w.api.get_invoice(w.tenant, invoice.invoice_id).invoices[0].amount_due, Decimal(113))
    refused(lambda: w.api.create_overpayment_allocations(w.tenant, over.overpayment_id, m.Allocations(
        allocations=[m.Allocation(amount=Decimal(900), date=TODAY,
                                  invoice=m.Invoice(invoice_id=invoice.invoice_id))])), 400)
    refund = w.api.create_payment(w.tenant, m.Payment(
        overpayment=m.Overpayment(overpayment_id=over.overpayment_id),
        account=m.Account(account_id=w.bank.account_id), date=TODAY, amount=seen.remaining_credit)).payments[0]
    same(refund.payment_type, "AROVERPAYMENTPAYMENT")
    same(w.api.get_overpayment(w.tenant, over.overpayment_id).overpayments[0].status, "PAID")


def reports(w):
    rows = w.api.get_report_trial_balance(w.tenant, date=TODAY).reports[0].rows
    total = [r for section in rows for r in section.rows or [] if "summary" in str(r.row_type).lower()][-1]
    debit, credit = Decimal(total.cells[3].value), Decimal(total.cells[4].value)
    same(debit, credit, "YTD debits and credits")
    cells = [r for section in rows for r in section.rows or [] if w.stock in r.cells[0].value]
    same(Decimal(cells[0].cells[3].value), Decimal(100), "the journal that stayed")
    assert w.api.get_report_balance_sheet(w.tenant, date=str(TODAY)).reports[0].rows
    assert w.api.get_report_profit_and_loss(w.tenant).reports[0].rows


def journals(w):
    control("POST", "settings", {"tier": "starter"})
    refused(lambda: w.api.get_journals(w.tenant), 403)
    control("POST", "settings", {"tier": "advanced"})
    seen, offset = [], 0
    while True:
        page = w.api.get_journals(w.tenant, offset=offset).journals
        if not page:
            break
        for journal in page:
            same(sum(line.net_amount for line in journal.journal_lines), 0, f"journal {journal.journal_number}")
        seen += [j.journal_number for j in page]
        offset = seen[-1]
    same(seen, sorted(set(seen)))
    assert len(seen) > 10


def idempotency(w):
    make = lambda reference: w.create(w.invoice(reference=reference), idempotency_key=f"key {w.stock}")[0]
    first, again = make("once"), make("once")
    same(first.invoice_id, again.invoice_id, "a replay")
    same(len(w.api.get_invoices(w.tenant, where=f'Reference=="once" AND InvoiceID==guid("{first.invoice_id}")')
             .invoices), 1)
    refused(lambda: make("other"), 400, "is used with a different request")
    # an answer is lost after the work was done; the replay brings it
    control("POST", "faults", {"name": "lost-answer", "method": "PUT", "path": "/Contacts"})
    contact = lambda: w.api.create_contacts(w.tenant, m.Contacts(contacts=[m.Contact(name=f"Lost {w.stock}")]),
                                            idempotency_key=f"lost {w.stock}").contacts[0]
    contact()  # the SDK sends it again by itself
    same(len(w.api.get_contacts(w.tenant, where=f'Name=="Lost {w.stock}"').contacts), 1)


def limits(w):
    control("POST", "faults", {"name": "limit-minute", "method": "POST"})
    try:
        w.api.update_contact(w.tenant, w.customer, m.Contacts(contacts=[m.Contact(first_name="Jo")]))
        raise AssertionError("not refused")
    except ApiException as error:
        same((error.http_resp.status, error.rate_limit), (429, "minute"))
        assert int(error.headers["retry-after"]) >= 1


def faults(w):
    for name, status in [("internal-error", 500), ("internal-error-after-commit", 500), ("token-expired", 401),
                         ("forbidden", 403), ("high-volume", 400)]:
        if name == "token-expired":
            continue
        control("POST", "faults", {"name": name})
        refused(lambda: w.api.get_users(w.tenant), status)
    bill = w.create(w.invoice(kind="ACCPAY"))[0]
    control("POST", "faults", {"name": "silent-no-op", "method": "POST"})
    seen = w.api.update_invoice(w.tenant, bill.invoice_id, m.Invoices(invoices=[m.Invoice(
        invoice_id=bill.invoice_id, reference="changed")])).invoices[0]
    assert seen.reference != "changed", "answered 200 with nothing changed"


def tokens(w):
    old = w.token["refresh_token"]
    new = w.client.refresh_oauth2_token()
    assert new["refresh_token"] != old and w.token["refresh_token"] == new["refresh_token"]
    w.api.get_organisations(w.tenant)
    w.token = {**w.token, "scope": w.token["scope"], "expires_at": 0}
    w.api.get_organisations(w.tenant)  # the SDK refreshes by itself
    assert w.token.get("expires_at", 1) != 0
    control("POST", "clock", {"advance_seconds": 1801})
    refused(lambda: w.api.get_organisations(w.tenant), 401, "TokenExpired")
    w.token["expires_at"] = 0
    w.api.get_organisations(w.tenant)
    refused(lambda: w.api.get_organisations(ZERO), 403)
    narrow = exchange(authorise("accounting.contacts.read"))  # adds nothing to what was given
    same(set(SCOPES.split()) <= set(narrow["scope"].split()), True)
    connection = w.identity.get_connections()[0]
    w.identity.delete_connection(connection.id)
    refused(lambda: w.api.get_organisations(w.tenant), 403)
    refresh = w.token["refresh_token"]
    w.client.revoke_oauth2_token()
    try:
        TokenApi(w.client, CLIENT, SECRET).refresh_token(refresh, [])
        raise AssertionError("a revoked token was taken")
    except ApiException as error:
        assert "invalid_grant" in str(error.http_resp.text), error


def custom_connection(w):
    """Client credentials, in the form; the organisation is implied."""
    token = {}
    client = ApiClient(Configuration())  # a copy of the first one, whatever is given here
    client.configuration.oauth2_token = OAuth2Token(client_id="sandbox-custom", client_secret=SECRET)
    client.oauth2_token_getter(lambda: token)
    client.oauth2_token_saver(token.update)
    client.get_client_credentials_token()
    assert not token.get("refresh_token")
    api = AccountingApi(client, base_url=f"{BASE}/api.xro/2.0")
    same(len(api.get_organisations("").organisations), 1)


def lock_dates(w):
    """A year lock date stops advisers too; the period lock date of the demo does not."""
    org = next(o for o in control("GET", "lock-dates") if o["organisation"] == w.tenant)
    control("POST", "lock-dates", {"organisation": w.tenant, "period": org["period"], "end_of_year": "2000-12-31"})


STEPS = [organisation, lock_dates, accounts, settings, catalogues, contacts, items, invoices, foreign, payments, credit_notes,
         purchase_orders, quotes, bank, manual_journals, overpayments, attachments, papers, reports, journals, idempotency, limits, faults,
         tokens, custom_connection]


def main():
    control("POST", "settings", {"keep_calls": 100_000})
    walk, failed = Walk(), []
    for step in STEPS:
        try:
            step(walk)
        except Exception:  # every step is tried, so that one failure doesn't hide another
            failed.append(step.__name__)
            print(f"--- {step.__name__}", file=sys.stderr)
            traceback.print_exc()
    print(f"xero-python: {len(STEPS) - len(failed)} of {len(STEPS)} steps", f"failed: {failed}" if failed else "")
    sys.exit(1 if failed else 0)


main()
