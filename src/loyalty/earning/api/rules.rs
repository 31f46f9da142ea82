use crate::{
    loyalty::earning::{
        actions,
        domain::EarningRuleId,
        store::{self, RuleRow},
        wire::{EarningRuleFilter, EarningRuleIn, EarningRuleOut, EarningRulePage, EarningRulePatch},
    },
    platform::{
        auth::Caller,
        db::Db,
        http::{
            body::Nothing,
            command::{Command, DryRun},
            listing::{Listing, PageParams, Params},
            page::Page,
            path::Path,
            problem::Result,
            reply::Reply,
        },
    },
};
use actix_web::{
    get,
    http::StatusCode,
    patch, post,
    web::{Data, Json},
};

/// Creates an earning rule
///
/// For admins; it pays from now on. Refuses `code_taken` (409), and 422: `condition_form`, `condition_operator`,
/// `empty_range`, `condition_too_large`, `reward_form`, `multiplier_stands_beside`, `points_out_of_range`, `empty_window`.
/// With `dry_run=true` everything is checked, the rule shown, and nothing written.
#[utoipa::path(tag = "loyalty", request_body = EarningRuleIn, params(DryRun),
    responses((status = 201, description = "The rule.", body = EarningRuleOut),
        (status = 200, description = "The rule as it would be.", body = EarningRuleOut)),
    security(("bearer" = ["admin"])))]
#[post("/loyalty/earning-rules")]
pub async fn create_earning_rule(
    caller: Caller,
    db: Data<Db>,
    query: Params<DryRun>,
    command: Command<EarningRuleIn>,
) -> Result<Reply<EarningRuleOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<EarningRuleIn>| {
        actions::create(tx, actor, &command.input).and_then(EarningRuleOut::of)
    };
    command.run_unless_dry(query, &db, &caller, StatusCode::CREATED, work).await
}

/// Lists earning rules
///
/// In the order in which they are asked.
#[utoipa::path(tag = "loyalty", params(PageParams, EarningRuleFilter),
    responses((status = 200, description = "A page of rules.", body = EarningRulePage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "analyst", "rules:read"])))]
#[get("/loyalty/earning-rules")]
pub async fn list_earning_rules(
    _caller: Caller,
    db: Data<Db>,
    listing: Listing<EarningRuleFilter>,
) -> Result<Json<EarningRulePage>> {
    let (after, rows) = (listing.after()?, listing.rows());
    let wanted = (listing.filter.active, listing.filter.trigger);
    let found = db.read_list(move |tx| store::page(tx, wanted, after, rows)).await?;
    let page = listing.page(found, |row: &RuleRow| (row.position, row.id));
    let items = page.items.into_iter().map(EarningRuleOut::of).collect::<Result<_>>()?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }.into()))
}

/// Shows an earning rule
///
/// With the `ETag` that a change names in `If-Match`.
#[utoipa::path(tag = "loyalty",
    params(("id" = EarningRuleId, Path, description = "The rule.")),
    responses((status = 200, description = "The rule.", body = EarningRuleOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "analyst", "rules:read"])))]
#[get("/loyalty/earning-rules/{id}")]
pub async fn get_earning_rule(
    _caller: Caller,
    db: Data<Db>,
    id: Path<EarningRuleId>,
) -> Result<Reply<EarningRuleOut>> {
    Reply::ok(&EarningRuleOut::of(db.read(move |tx| store::find(tx, *id)).await?)?)
}

/// Changes an earning rule
///
/// For admins; for what happens from now on. Its code and its trigger stay. Refuses what creating refuses. With
/// `dry_run=true` everything is checked, the rule shown, and nothing written.
#[utoipa::path(tag = "loyalty",
    params(("id" = EarningRuleId, Path, description = "The rule."), DryRun),
    request_body(content = EarningRulePatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The rule as it is now, or would be.", body = EarningRuleOut)),
    security(("bearer" = ["admin"])))]
#[patch("/loyalty/earning-rules/{id}")]
pub async fn update_earning_rule(
    caller: Caller,
    db: Data<Db>,
    id: Path<EarningRuleId>,
    query: Params<DryRun>,
    command: Command<EarningRulePatch>,
) -> Result<Reply<EarningRuleOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<EarningRulePatch>| {
        actions::update(tx, actor, *id, command).and_then(EarningRuleOut::of)
    };
    command.run_unless_dry(query, &db, &caller, StatusCode::OK, work).await
}

/// Deactivates an earning rule
///
/// For admins. From now on it pays nothing.
#[utoipa::path(tag = "loyalty",
    params(("id" = EarningRuleId, Path, description = "The rule.")),
    request_body(content = Option<Nothing>),
    responses((status = 200, description = "The rule as it is now.", body = EarningRuleOut)),
    security(("bearer" = ["admin"])))]
#[post("/loyalty/earning-rules/{id}/deactivate")]
pub async fn deactivate_earning_rule(
    caller: Caller,
    db: Data<Db>,
    id: Path<EarningRuleId>,
    command: Command<Nothing>,
) -> Result<Reply<EarningRuleOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, false).and_then(EarningRuleOut::of)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Activates an earning rule
///
/// For admins. From now on it pays.
#[utoipa::path(tag = "loyalty",
    params(("id" = EarningRuleId, Path, description = "The rule.")),
    request_body(content = Option<Nothing>),
    responses((status = 200, description = "The rule as it is now.", body = EarningRuleOut)),
    security(("bearer" = ["admin"])))]
#[post("/loyalty/earning-rules/{id}/activate")]
pub async fn activate_earning_rule(
    caller: Caller,
    db: Data<Db>,
    id: Path<EarningRuleId>,
    command: Command<Nothing>,
) -> Result<Reply<EarningRuleOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, true).and_then(EarningRuleOut::of)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}
