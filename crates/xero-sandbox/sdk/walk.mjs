// The official Node SDK walks through every resource of a running sandbox.
//
//   SANDBOX=http://127.0.0.1:4010 node walk.mjs
//
// Nothing is patched but the base path; tokens come by setTokenSet, because the SDK's own identity addresses are
// built in. Each step is tried; those that fail are named. walk.py goes deeper, this one shows the other SDK's ways:
// `{}` as the body of a GET, raw commas, blanks as `+`, form-urlencoded attachments, errors as JSON texts.

import assert from "node:assert/strict";
import { XeroClient } from "xero-node";

const base = process.env.SANDBOX ?? "http://127.0.0.1:4010";
const redirect = "http://127.0.0.1:9999/callback";
const scopes = [
  "openid", "profile", "email", "offline_access", "accounting.invoices", "accounting.payments",
  "accounting.contacts", "accounting.settings", "accounting.attachments", "accounting.manualjournals",
  "accounting.banktransactions", "accounting.journals.read", "accounting.reports.trialbalance.read",
  "accounting.reports.balancesheet.read", "accounting.reports.profitandloss.read",
];
const zero = "00000000-0000-0000-0000-000000000000";
const today = new Date().toISOString().slice(0, 10);
const tag = "J" + String(Date.now()).slice(-7);

const form = async (fields) => {
  const headers = { authorization: "Basic " + Buffer.from("sandbox-client:sandbox-secret").toString("base64") };
  const answer = await fetch(base + "/connect/token", { method: "POST", headers, body: new URLSearchParams(fields) });
  return { status: answer.status, ...(await answer.json()) };
};
const signIn = async () => {
  const query = new URLSearchParams({
    response_type: "code", client_id: "sandbox-client", redirect_uri: redirect, scope: scopes.join(" "),
    state: "s", sandbox_auto_approve: "true",
  });
  const answer = await fetch(`${base}/identity/connect/authorize?${query}`, { redirect: "manual" });
  const code = new URL(answer.headers.get("location")).searchParams.get("code");
  return form({ grant_type: "authorization_code", code, redirect_uri: redirect });
};
const control = async (what, body) => {
  const answer = await fetch(`${base}/sandbox/api/${what}`, { method: "POST", body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.text());
};
// A refusal has this status, and its body these texts. The SDK rejects with a JSON text.
const refused = async (promise, status, ...texts) => {
  let error;
  try { await promise; } catch (thrown) { error = thrown; }
  assert.ok(error, `not refused; expected ${status}`);
  const seen = typeof error === "string" ? JSON.parse(error) : error;
  const code = seen.response?.statusCode ?? seen.response?.status ?? seen.statusCode;
  const text = typeof error === "string" ? error : JSON.stringify(seen);
  assert.equal(code, status, text.slice(0, 600));
  for (const t of texts) assert.ok(text.toLowerCase().includes(t.toLowerCase()), `${t} is not in ${text.slice(0, 600)}`);
  return seen;
};

const client = new XeroClient({
  clientId: "sandbox-client", clientSecret: "sandbox-secret", redirectUris: [redirect], scopes,
});
client.accountingApi.basePath = base + "/api.xro/2.0";
const api = client.accountingApi;
let tokens, tenant, contactID, sales, costs, bank, invoice, stock;
const line = (unitAmount, more = {}) =>
  ({ description: "Walk", quantity: 1, unitAmount, accountCode: sales, taxType: "OUTPUT2", ...more });
const document = (more = {}) => ({
  type: "ACCREC", contact: { contactID }, date: today, dueDate: today, lineAmountTypes: "Exclusive",
  status: "AUTHORISED", lineItems: [line(100)], ...more,
});
const bill = (more = {}) =>
  document({ type: "ACCPAY", lineItems: [line(100, { accountCode: costs, taxType: "INPUT2" })], ...more });
const create = async (...invoices) => (await api.createInvoices(tenant, { invoices })).body.invoices;
const read = async (id) => (await api.getInvoice(tenant, id)).body.invoices[0];

const steps = {
  async signIn() {
    tokens = await signIn();
    assert.equal(tokens.expires_in, 1800);
    client.setTokenSet(tokens);
    const answer = await fetch(base + "/connections", { headers: { authorization: `Bearer ${tokens.access_token}` } });
    tenant = (await answer.json())[0].tenantId;
  },
  async settings() {
    const org = (await api.getOrganisations(tenant)).body.organisations[0];
    assert.equal(org.organisationID, tenant);
    await control("lock-dates", { organisation: tenant, period: null, end_of_year: "2000-12-31" });
    const accounts = (await api.getAccounts(tenant, undefined, 'Status=="ACTIVE"', "Code ASC")).body.accounts;
    const plain = (type) => accounts.find((a) => a.type === type && a.code && !a.systemAccount);
    sales = plain("REVENUE").code;
    costs = plain("DIRECTCOSTS").code;
    bank = accounts.find((a) => a.type === "BANK");
    stock = (await api.createAccount(tenant, { code: tag, name: "Walk " + tag, type: "CURRENT" })).body.accounts[0];
    assert.equal(stock.code, tag);
    await refused(api.createAccount(tenant, { code: tag, name: "Walk " + tag, type: "CURRENT" }), 400, "unique");
    assert.ok((await api.getTaxRates(tenant)).body.taxRates.some((r) => r.taxType === "INPUT2"));
    assert.equal((await api.getTrackingCategories(tenant)).body.trackingCategories.length, 2);
    assert.ok((await api.getCurrencies(tenant)).body.currencies.length >= 2);
  },
  async contacts() {
    const name = `Walk [node] & ${tag}`;
    const made = (await api.createContacts(tenant, { contacts: [{ name }] })).body.contacts[0];
    contactID = made.contactID;
    const seen = await refused(api.createContacts(tenant, { contacts: [{ name }] }), 400, "already assigned");
    assert.equal(seen.response.body.ErrorNumber, 10);
    const both = (await api.createContacts(tenant, { contacts: [{ name: "Good " + tag }, { name }] }, false)).body;
    assert.deepEqual(both.contacts.map((c) => c.statusAttributeString), ["OK", "ERROR"]);
    assert.equal(both.contacts[1].contactID, zero);
    await refused(api.createContacts(tenant, { contacts: [{ name: "Two " + tag }, { name }] }), 400, "already assigned");
    const found = (await api.getContacts(tenant, undefined, `Name=="${name}"`)).body.contacts;
    assert.deepEqual(found.map((c) => c.contactID), [contactID]);
    const ids = [contactID, both.contacts[0].contactID];
    assert.equal((await api.getContacts(tenant, undefined, undefined, undefined, ids)).body.contacts.length, 2);
    const page = (await api.getContacts(tenant, undefined, undefined, "Name ASC", undefined, 1, true, false, undefined, 2)).body;
    assert.equal(page.contacts.length, 2);
    assert.equal(page.pagination.pageSize, 2);
  },
  async items() {
    const item = { code: tag, name: "Walk", salesDetails: { unitPrice: 1.2345, accountCode: sales } };
    const made = (await api.createItems(tenant, { items: [item] }, undefined, 4)).body.items[0];
    assert.equal(made.salesDetails.unitPrice, 1.2345);
    await refused(api.createItems(tenant, { items: [item] }), 400, "already exists");
    const answer = await api.deleteItem(tenant, made.itemID);
    assert.equal(answer.response.status, 204);
  },
  async invoices() {
    [invoice] = await create(document({ lineItems: [line(25.06), line(25.61), line(25.63)] }));
    assert.deepEqual([invoice.totalTax, invoice.total, invoice.amountDue], [11.44, 87.74, 87.74]);
    await refused(create(document({ invoiceNumber: invoice.invoiceNumber })), 400, "must be unique");
    await refused(create(document({ lineItems: [line(1, { accountCode: "NOPE" })] })), 400, "not a valid code");
    await refused(create(document({ date: "1999-01-01" })), 400, "lock date");
    await refused(api.getInvoice(tenant, zero.replace(/0$/, "1")), 404);
    const mixed = { invoices: [document(), document({ lineItems: [line(1, { accountCode: "NOPE" })] })] };
    const both = (await api.createInvoices(tenant, mixed, false)).body.invoices;
    assert.deepEqual(both.map((i) => i.statusAttributeString), ["OK", "ERROR"]);
    await refused(api.createInvoices(tenant, mixed), 400, "not a valid code");
    const list = (where, ids, page) => api.getInvoices(tenant, undefined, where, "Date DESC", ids, undefined, undefined, undefined, page);
    assert.equal((await list(undefined, [invoice.invoiceID, both[0].invoiceID])).body.invoices.length, 2);
    assert.ok((await list('Type=="ACCREC" AND AmountDue>=87.74', undefined, 1)).body.invoices.length >= 1);
    const later = new Date(Date.now() + 86_400_000);
    assert.equal((await api.getInvoices(tenant, later)).body.invoices.length, 0, "If-Modified-Since");
    const [draft] = await create(document({ status: "DRAFT" }));
    const approve = { invoices: [{ invoiceID: draft.invoiceID, status: "AUTHORISED" }] };
    assert.equal((await api.updateInvoice(tenant, draft.invoiceID, approve)).body.invoices[0].status, "AUTHORISED");
    const voided = { invoices: [{ invoiceID: draft.invoiceID, status: "VOIDED" }] };
    assert.equal((await api.updateInvoice(tenant, draft.invoiceID, voided)).body.invoices[0].status, "VOIDED");
  },
  async payments() {
    const pay = async (amount) => (await api.createPayment(tenant, {
      invoice: { invoiceID: invoice.invoiceID }, account: { accountID: bank.accountID }, date: today, amount,
    })).body.payments[0];
    const paid = await pay(87.74);
    assert.equal((await read(invoice.invoiceID)).status, "PAID");
    await refused(pay(1), 400);
    const deleted = await api.deletePayment(tenant, paid.paymentID, { status: "DELETED" });
    assert.equal(deleted.body.payments[0].status, "DELETED");
    assert.equal((await read(invoice.invoiceID)).amountDue, 87.74);
    await refused(pay(100), 400, "exceeds the amount outstanding");
  },
  async creditNotes() {
    const note = document({ type: "ACCRECCREDIT", lineItems: [line(10)] });
    delete note.dueDate;
    const made = (await api.createCreditNotes(tenant, { creditNotes: [note] })).body.creditNotes[0];
    assert.equal(made.remainingCredit, 11.5);
    const allocations = { allocations: [{ amount: 11.5, date: today, invoice: { invoiceID: invoice.invoiceID } }] };
    const allocated = (await api.createCreditNoteAllocation(tenant, made.creditNoteID, allocations)).body.allocations[0];
    assert.equal((await api.getCreditNote(tenant, made.creditNoteID)).body.creditNotes[0].status, "PAID");
    await api.deleteCreditNoteAllocations(tenant, made.creditNoteID, allocated.allocationID);
    assert.equal((await read(invoice.invoiceID)).amountDue, 87.74);
  },
  async purchaseOrders() {
    const order = { contact: { contactID }, date: today, status: "AUTHORISED", lineItems: [line(1.2345)] };
    const made = (await api.createPurchaseOrders(tenant, { purchaseOrders: [order] })).body.purchaseOrders[0];
    assert.equal(made.lineItems[0].unitAmount, 1.2345);
    const to = (status) => api.updatePurchaseOrder(tenant, made.purchaseOrderID, { purchaseOrders: [{ status }] });
    assert.equal((await to("BILLED")).body.purchaseOrders[0].status, "BILLED");
    assert.equal((await to("DELETED")).body.purchaseOrders[0].status, "DELETED");
    await refused(to("BILLED"), 400, "Deleted PurchaseOrders cannot be updated");
  },
  async quotes() {
    const quote = { contact: { contactID }, date: today, lineItems: [line(9)] };
    const made = (await api.createQuotes(tenant, { quotes: [quote] })).body.quotes[0];
    const sent = { quotes: [{ ...quote, quoteID: made.quoteID, status: "SENT" }] };
    assert.equal((await api.updateQuote(tenant, made.quoteID, sent)).body.quotes[0].status, "SENT");
    assert.ok((await api.getQuotes(tenant)).body.quotes.length >= 1);
  },
  async bankTransactions() {
    const spend = (type) => ({ type, contact: { contactID }, bankAccount: { accountID: bank.accountID }, date: today,
      lineItems: [line(46, { accountCode: costs, taxType: "INPUT2" })] });
    const answer = await api.createBankTransactions(tenant, { bankTransactions: [spend("SPEND"), spend("SPEND-PREPAYMENT")] });
    const [spent, prepaid] = answer.body.bankTransactions;
    assert.equal(spent.total, 46, "lines include tax unless told otherwise");
    const [owed] = await create(bill());
    const allocations = { allocations: [{ amount: 46, date: today, invoice: { invoiceID: owed.invoiceID } }] };
    await api.createPrepaymentAllocations(tenant, prepaid.prepaymentID, allocations);
    assert.equal((await read(owed.invoiceID)).amountDue, 69);
  },
  async manualJournals() {
    const lines = (a, b) => [[a, stock.code], [b, costs]].map(([lineAmount, accountCode]) =>
      ({ lineAmount, accountCode, description: "Walk", taxType: "NONE" }));
    const journal = (a, b) => ({ manualJournals: [{ narration: tag, date: today, status: "POSTED", journalLines: lines(a, b) }] });
    const made = (await api.createManualJournals(tenant, journal(100, -100))).body.manualJournals[0];
    assert.equal(made.status, "POSTED");
    await refused(api.createManualJournals(tenant, journal(100, -10)), 400, "total debits");
    const found = (await api.getManualJournals(tenant, undefined, `Narration=="${tag}"`, undefined, 1)).body.manualJournals;
    assert.deepEqual(found.map((j) => j.journalLines.length), [2]);
  },
  async attachments() {
    const made = await api.createInvoiceAttachmentByFileName(tenant, invoice.invoiceID, "walk-1.txt", Buffer.from("Hello"));
    assert.equal(made.body.attachments[0].contentLength, 5);
    const id = made.body.attachments[0].attachmentID;
    const file = await api.getInvoiceAttachmentById(tenant, invoice.invoiceID, id, "text/plain");
    assert.equal(Buffer.from(file.body).toString(), "Hello");
    await api.createInvoiceHistory(tenant, invoice.invoiceID, { historyRecords: [{ details: "Walked" }] });
    assert.ok((await api.getInvoiceHistory(tenant, invoice.invoiceID)).body.historyRecords.length >= 1);
  },
  async reports() {
    const report = (await api.getReportTrialBalance(tenant, today)).body.reports[0];
    const rows = report.rows.flatMap((r) => r.rows ?? []);
    const row = rows.find((r) => r.cells[0].value.includes(stock.code));
    assert.equal(Number(row.cells[3].value), 100);
    assert.ok((await api.getReportBalanceSheet(tenant, today)).body.reports[0].rows.length);
    assert.ok((await api.getReportProfitAndLoss(tenant)).body.reports[0].rows.length);
    await control("settings", { tier: "advanced" });
    assert.ok((await api.getJournals(tenant)).body.journals.length > 10);
  },
  async replays() {
    const once = (reference) => api.createInvoices(tenant, { invoices: [document({ reference })] }, undefined, undefined, "key-" + tag);
    const [first, again] = [await once("x"), await once("x")];
    assert.equal(first.body.invoices[0].invoiceID, again.body.invoices[0].invoiceID);
    await refused(once("y"), 400, "is used with a different request");
  },
  async faults() {
    for (const [name, status] of [["limit-day", 429], ["internal-error", 500], ["forbidden", 403], ["token-expired", 401]]) {
      await control("faults", { name });
      await refused(api.getUsers(tenant), status);
    }
  },
  async rotation() {
    await refused(api.getUsers(tenant), 401, "TokenExpired");
    const fresh = await form({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
    assert.notEqual(fresh.refresh_token, tokens.refresh_token);
    client.setTokenSet(fresh);
    assert.ok((await api.getUsers(tenant)).body.users.length);
    const late = await form({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
    assert.equal(late.status, 200, "half an hour of grace");
    await control("clock", { advance_seconds: 1801 });
    const over = await form({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
    assert.deepEqual([over.status, over.error], [400, "invalid_grant"]);
  },
};

const failed = [];
for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
  } catch (error) {
    failed.push(name);
    console.error(`--- ${name}:`, error);
  }
}
const count = Object.keys(steps).length;
console.log(`xero-node: ${count - failed.length} of ${count} steps`, failed.length ? `failed: ${failed}` : "");
process.exit(failed.length ? 1 : 0);
