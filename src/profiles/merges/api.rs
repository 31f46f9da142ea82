use super::{
    actions,
    wire::{CustomerMergeOut, MergeCustomerIn, UnmergeIn},
};
use crate::{
    customers::CustomerId,
    platform::{
        auth::Caller,
        db::Db,
        http::{command::Command, path::Path, problem::Result, reply::Reply},
    },
};
use actix_web::{http::StatusCode, post, web::Data};

/// Merges a customer into another
///
/// For two records of one customer. Feedback, interactions, references, addresses and tags move to `into_id`; points
/// accounts are linked and from then on read and spent as one; orders are read with those of the survivor. The merged
/// customer stays readable and changes no more. Refuses `merge_into_self` and `unknown_customer` (422), `customer_merged` and `customer_erased` of either (409).
#[utoipa::path(tag = "customers", params(("id" = CustomerId, Path, description = "The customer that is merged.")),
    request_body = MergeCustomerIn,
    responses((status = 200, description = "Merged.", body = CustomerMergeOut)),
    security(("bearer" = ["service_agent", "customers:write"])))]
#[post("/customers/{id}/merge")]
pub async fn merge_customer(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    command: Command<MergeCustomerIn>,
) -> Result<Reply<CustomerMergeOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            actions::merge(tx, actor, *id, &command.expected, command.into_id).map(CustomerMergeOut::from)
        })
        .await
}

/// Parts a customer again
///
/// What moved with it moves back, wherever it is by now; its points account is read and spent alone again, and what was
/// spent stays spent on the account whose lots it took. Its orders are its own again. Refuses `not_merged`, `open_holds`
/// where a hold lies over both accounts, and `external_ref_taken` (409).
#[utoipa::path(tag = "customers", params(("id" = CustomerId, Path, description = "The customer that was merged.")),
    request_body = UnmergeIn,
    responses((status = 200, description = "Parted.", body = CustomerMergeOut)),
    security(("bearer" = ["service_agent", "customers:write"])))]
#[post("/customers/{id}/unmerge")]
pub async fn unmerge_customer(
    caller: Caller,
    db: Data<Db>,
    id: Path<CustomerId>,
    command: Command<UnmergeIn>,
) -> Result<Reply<CustomerMergeOut>> {
    command
        .run(&db, &caller, StatusCode::OK, move |tx, actor, command| {
            actions::unmerge(tx, actor, *id, &command.expected).map(CustomerMergeOut::from)
        })
        .await
}
