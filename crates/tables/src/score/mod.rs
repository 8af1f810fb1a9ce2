//! Scoring files of predictions: names in, a report out.

mod assemble;
mod check;
mod columns;
mod decompose;
mod invalid;
mod kinds;
mod output;
mod report;
mod request;
mod resolve;
mod run;
mod scan;
mod treat;
mod worst;

pub use report::{
    Comparison, Constant, Group, MeasureInfo, Model, ModelScores, Parts, Read, Score, ScoreReport, Setting, Settings,
    Task, Truth, Worst, WorstRow,
};
pub use request::{ScoreRequest, TruthFile};
pub use run::{Progress, Silent, score};
