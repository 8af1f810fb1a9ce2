//! Scoring files of predictions: names in, a report out.

mod assemble;
mod check;
mod invalid;
mod output;
mod report;
mod request;
mod resolve;
mod run;
mod scan;
mod worst;

pub use report::{
    Comparison, Constant, Group, MeasureInfo, Model, ModelScores, Read, Score, ScoreReport, Settings, Task, Truth,
    Worst, WorstRow,
};
pub use request::{ScoreRequest, TruthFile};
pub use run::{Progress, Silent, score};
