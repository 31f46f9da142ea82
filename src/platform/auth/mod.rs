//! Who is calling, what they may do, and how they prove it.

mod access;
mod actor;
mod caller;
mod gate;
mod role;

pub use access::{Access, declared, is_public, operations};
pub use actor::{Actor, Scope, Who};
pub use caller::Caller;
pub use gate::{Gate, Principal};
pub use role::Role;
