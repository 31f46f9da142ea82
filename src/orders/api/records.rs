use crate::{
    orders::{
        actions::{self, Asked},
        wire::{OrderIn, OrderOut, RecordedOrderOut},
    },
    platform::{
        auth::{Actor, Caller},
        db::{Db, Tx},
        http::{command::Command, problem::Result, reply::Reply, together::Together},
    },
};
use actix_web::{http::StatusCode, post, web::Data};

/// Records an order
///
/// A purchase, or a refund. Amounts are integers of minor units and never negative: `kind` gives the sign. An order
/// never changes; what takes back is a refund, which names its purchase as `refund_of` or `refund_of_ref`, or stands
/// alone where the purchase is not known. The refund of a named purchase needs no customer: it is that purchase's.
///
/// With `external_ref` an order is recorded once: the same again answers the first with 200, other content is 409
/// `external_ref_taken`. Without it nothing is compared: two equal purchases are two.
///
/// A purchase earns points by the active rules at once, and a refund of it takes back their share, as the program says.
///
/// Refuses `unknown_customer`, `in_the_future`, `amount_out_of_range`; of refunds `unknown_order`, `not_a_purchase`,
/// `different_customer`, `currency_mismatch`, `before_purchase`, and `over_refund` with what is `left` (422);
/// `customer_merged` and `customer_erased` (409).
#[utoipa::path(tag = "orders", request_body = OrderIn,
    responses((status = 201, description = "Recorded.", body = OrderOut),
        (status = 200, description = "It was recorded before.", body = OrderOut)),
    security(("bearer" = ["service_agent", "orders:write"])))]
#[post("/orders")]
pub async fn create_order(
    caller: Caller,
    db: Data<Db>,
    command: Command<OrderIn>,
) -> Result<Reply<RecordedOrderOut>> {
    command.run_together::<Recording>(&db, &caller).await
}

/// Orders that come at the same time are recorded together.
struct Recording;

impl Together for Recording {
    type Input = OrderIn;
    type Out = RecordedOrderOut;
    const NAME: &'static str = "order";
    const STATUS: StatusCode = StatusCode::CREATED;

    fn status(out: &RecordedOrderOut) -> StatusCode {
        if out.new { StatusCode::CREATED } else { StatusCode::OK }
    }

    fn run(tx: &mut Tx, asked: &[(&Actor, &OrderIn)]) -> Result<Vec<Result<RecordedOrderOut>>> {
        let asked: Vec<_> = asked.iter().map(|(actor, input)| Asked::new(actor, input, None)).collect();
        let recorded = actions::record_all(tx, &asked, true)?;
        Ok(recorded.into_iter().map(|one| one.map(RecordedOrderOut::from)).collect())
    }
}
