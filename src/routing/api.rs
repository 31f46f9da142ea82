use super::{
    RuleId, RuleRow, actions, store,
    wire::{
        RoutingRuleFilter, RoutingRuleIn, RoutingRuleOut, RoutingRulePage, RoutingRulePatch, RoutingTestIn,
        RoutingTestOut,
    },
};
use crate::platform::{
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
};
use actix_web::{
    get,
    http::StatusCode,
    patch, post,
    web::{Data, Json},
};
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(test_routing)
        .service(create_routing_rule)
        .service(list_routing_rules)
        .service(get_routing_rule)
        .service(update_routing_rule)
        .service(deactivate_routing_rule)
        .service(activate_routing_rule);
}

/// Creates a routing rule
///
/// For admins. Rules are asked in order; the first whose conditions all hold takes the feedback. The department is
/// active (422 `unknown_department`, 409 `department_inactive`); names are unique (409 `name_taken`).
#[utoipa::path(tag = "routing", request_body = RoutingRuleIn, params(DryRun),
    responses((status = 201, description = "The rule.", body = RoutingRuleOut),
        (status = 200, description = "The rule as it would be made, with `dry_run=true`.", body = RoutingRuleOut)),
    security(("bearer" = ["admin"])))]
#[post("/routing-rules")]
async fn create_routing_rule(
    caller: Caller,
    db: Data<Db>,
    query: Params<DryRun>,
    command: Command<RoutingRuleIn>,
) -> Result<Reply<RoutingRuleOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<RoutingRuleIn>| {
        actions::create(tx, actor, &command.input).and_then(RoutingRuleOut::of)
    };
    command.run_unless_dry(query, &db, &caller, StatusCode::CREATED, work).await
}

/// Lists routing rules
///
/// For all staff; in the order in which they are asked.
#[utoipa::path(tag = "routing", params(PageParams, RoutingRuleFilter),
    responses((status = 200, description = "A page of rules.", body = RoutingRulePage)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "rules:read"])))]
#[get("/routing-rules")]
async fn list_routing_rules(
    _caller: Caller,
    db: Data<Db>,
    listing: Listing<RoutingRuleFilter>,
) -> Result<Json<RoutingRulePage>> {
    let (after, rows, wanted) =
        (listing.after()?, listing.rows(), (listing.filter.active, listing.filter.department_id));
    let found = db.read_list(move |tx| store::page(tx, wanted, after, rows)).await?;
    let page = listing.page(found, |row: &RuleRow| (row.position, row.id));
    let items = page.items.into_iter().map(RoutingRuleOut::of).collect::<Result<_>>()?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }.into()))
}

/// Shows a routing rule
///
/// For all staff, with the `ETag` that a change names in `If-Match`.
#[utoipa::path(tag = "routing",
    params(("id" = RuleId, Path, description = "The rule's id.")),
    responses((status = 200, description = "The rule.", body = RoutingRuleOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "rules:read"])))]
#[get("/routing-rules/{id}")]
async fn get_routing_rule(_caller: Caller, db: Data<Db>, id: Path<RuleId>) -> Result<Reply<RoutingRuleOut>> {
    let found = db.read(move |tx| store::find(tx, *id)).await?;
    Reply::ok(&RoutingRuleOut::of(found)?)
}

/// Changes a routing rule
///
/// For admins. Refuses what creating refuses. Feedback that was dispatched stays where it is.
#[utoipa::path(tag = "routing", request_body = RoutingRulePatch,
    params(("id" = RuleId, Path, description = "The rule's id."), DryRun),
    responses((status = 200, description = "The rule as it is now.", body = RoutingRuleOut)),
    security(("bearer" = ["admin"])))]
#[patch("/routing-rules/{id}")]
async fn update_routing_rule(
    caller: Caller,
    db: Data<Db>,
    id: Path<RuleId>,
    query: Params<DryRun>,
    command: Command<RoutingRulePatch>,
) -> Result<Reply<RoutingRuleOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<RoutingRulePatch>| {
        actions::update(tx, actor, *id, command).and_then(RoutingRuleOut::of)
    };
    command.run_unless_dry(query, &db, &caller, StatusCode::OK, work).await
}

/// Deactivates a routing rule
///
/// For admins. From now on it is not asked.
#[utoipa::path(tag = "routing", request_body(content = Option<Nothing>),
    params(("id" = RuleId, Path, description = "The rule's id.")),
    responses((status = 200, description = "The rule as it is now.", body = RoutingRuleOut)),
    security(("bearer" = ["admin"])))]
#[post("/routing-rules/{id}/deactivate")]
async fn deactivate_routing_rule(
    caller: Caller,
    db: Data<Db>,
    id: Path<RuleId>,
    command: Command<Nothing>,
) -> Result<Reply<RoutingRuleOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, false).and_then(RoutingRuleOut::of)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Activates a routing rule
///
/// For admins. From now on it is asked; while its department is not active it is skipped.
#[utoipa::path(tag = "routing", request_body(content = Option<Nothing>),
    params(("id" = RuleId, Path, description = "The rule's id.")),
    responses((status = 200, description = "The rule as it is now.", body = RoutingRuleOut)),
    security(("bearer" = ["admin"])))]
#[post("/routing-rules/{id}/activate")]
async fn activate_routing_rule(
    caller: Caller,
    db: Data<Db>,
    id: Path<RuleId>,
    command: Command<Nothing>,
) -> Result<Reply<RoutingRuleOut>> {
    let work = move |tx: &mut _, actor: &_, command: &Command<Nothing>| {
        actions::set_active(tx, actor, *id, &command.expected, true).and_then(RoutingRuleOut::of)
    };
    command.run(&db, &caller, StatusCode::OK, work).await
}

/// Tells which rule takes feedback
///
/// For all staff; changes nothing. Names the department that such feedback would go to, and for every active rule
/// whether it takes the feedback or why not.
#[utoipa::path(tag = "routing", request_body = RoutingTestIn,
    responses((status = 200, description = "What the rules say.", body = RoutingTestOut)),
    security(("bearer" = ["admin", "service_agent", "handler", "department_head", "analyst", "rules:read"])))]
#[post("/routing-rules/test")]
async fn test_routing(
    caller: Caller,
    db: Data<Db>,
    command: Command<RoutingTestIn>,
) -> Result<Reply<RoutingTestOut>> {
    let work = move |tx: &mut _, _: &_, command: &Command<RoutingTestIn>| actions::test(tx, &command.input);
    command.run(&db, &caller, StatusCode::OK, work).await
}
