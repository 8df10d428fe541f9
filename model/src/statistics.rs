//! Figures that people act on: exact, with n, and with how sure they are.
//!
//! Counts are whole numbers, and so is all arithmetic on them but the intervals, which
//! are made of IEEE double `+ - * / sqrt` alone and so are the same on every machine.
//! Every figure is rounded once, at the end, half up, to 0.01 %.
//!
//! | module | noun |
//! | --- | --- |
//! | [`levels`] | ratings counted on three levels, and which scales fold into them |
//! | [`rate`] | 满意率 by three formulas, side by side |
//! | [`interval`] | how sure a rate is (Wilson), and whether a change is more than noise (Newcombe) |
//! | [`rank`] | places, for those that have enough ratings |
//! | [`suppress`] | which cells of a table must not leave the house |
//! | [`week`] | ISO weeks |

pub mod interval;
pub mod levels;
pub mod rank;
pub mod rate;
pub mod suppress;
pub mod week;

pub use interval::{Difference, Interval};
pub use levels::{Levels, Three};
pub use rate::{Formula, Hundredths};
pub use week::Week;
