use super::NoFilter;
use crate::{
    customers::{self, CustomerId},
    orders::{
        domain::{Line, OrderId},
        store::{self, Order, Position, Wanted},
        wire::{OrderFilter, OrderOut, OrderPage},
    },
    platform::{
        auth::Caller,
        db::{Db, Tx},
        http::{
            listing::{Listing, PageParams},
            path::Path,
            problem::Result,
            reply::Reply,
        },
    },
};
use actix_web::{
    get,
    web::{Data, Json},
};

/// Lists orders
///
/// Latest first. The filters narrow together; `external_ref.system` and `external_ref.id` are given both or neither.
#[utoipa::path(tag = "orders", params(PageParams, OrderFilter),
    responses((status = 200, description = "A page of orders.", body = OrderPage)),
    security(("bearer" = ["service_agent", "orders:read"])))]
#[get("/orders")]
pub async fn list_orders(
    _caller: Caller,
    db: Data<Db>,
    listing: Listing<OrderFilter>,
) -> Result<Json<OrderPage>> {
    let (wanted, customer) = (listing.filter.wanted()?, listing.filter.customer_id);
    let after: Option<Position> = listing.after()?;
    let rows = listing.rows();
    let found = db
        .snapshot_list(move |tx| {
            let customers = customers::shown_with(tx, customer)?;
            whole(tx, &Wanted { customers, ..wanted.clone() }, after, rows)
        })
        .await?;
    Ok(Json(answer(&listing, found)))
}

/// Shows an order
///
/// An order never changes; `refunded_minor` says what was refunded of it since.
#[utoipa::path(tag = "orders", params(("id" = OrderId, Path, description = "The order.")),
    responses((status = 200, description = "The order.", body = OrderOut)),
    security(("bearer" = ["service_agent", "handler", "department_head", "orders:read"])))]
#[get("/orders/{id}")]
pub async fn get_order(_caller: Caller, db: Data<Db>, id: Path<OrderId>) -> Result<Reply<OrderOut>> {
    let id = *id;
    let found = db
        .read(move |tx| {
            let order = store::find(tx, id)?;
            let lines = store::lines(tx, &[id])?.remove(&id).unwrap_or_default();
            Ok(OrderOut::of(order, lines))
        })
        .await?;
    Reply::ok(&found)
}

/// Lists a customer's orders
///
/// Latest first, those of customers who became part of this one included.
#[utoipa::path(tag = "orders",
    params(("id" = CustomerId, Path, description = "The customer."), PageParams),
    responses((status = 200, description = "A page of orders.", body = OrderPage)),
    security(("bearer" = ["service_agent", "handler", "department_head", "orders:read"])))]
#[get("/customers/{id}/orders")]
pub async fn list_customer_orders(
    _caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    listing: Listing<NoFilter>,
) -> Result<Json<OrderPage>> {
    let after: Option<Position> = listing.after()?;
    let (rows, id) = (listing.rows(), *id);
    let found = db
        .snapshot_list(move |tx| {
            let customers = Some(customers::with_merged(tx, id)?);
            whole(tx, &Wanted { customers, ..Wanted::default() }, after, rows)
        })
        .await?;
    Ok(Json(answer(&listing, found)))
}

type Whole = (Order, Vec<Line>);

/// Returns the orders that are wanted, with their lines.
fn whole(tx: &mut Tx, wanted: &Wanted, after: Option<Position>, rows: i64) -> Result<Vec<Whole>> {
    let orders = store::page(tx, wanted, after, rows)?;
    let mut lines = store::lines(tx, &orders.iter().map(|order| order.id).collect::<Vec<_>>())?;
    let with_lines = |order: Order| {
        let lines = lines.remove(&order.id).unwrap_or_default();
        (order, lines)
    };
    Ok(orders.into_iter().map(with_lines).collect())
}

fn answer<T>(listing: &Listing<T>, found: Vec<Whole>) -> OrderPage {
    let page = listing.page(found, |(order, _)| (order.occurred_at, order.id));
    page.map(|(order, lines)| OrderOut::of(order, lines)).into()
}
