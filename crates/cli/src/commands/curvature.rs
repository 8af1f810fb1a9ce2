//! `dartboard curvature`.

use dartboard_landscapes::{LanczosPlan, Objective, lowest_eigenpairs, top_eigenpairs, trace};

use super::landscape::{check_save, save, with_threads};
use super::runtime;
use super::subjects::{self, Models, failed};
use crate::args::{ChooseFormat, CurvatureArgs};
use crate::failure::Failure;
use crate::host::Host;
use crate::output;
use crate::render;
use crate::render::curvature::{End, OfLoss, Report};

pub(crate) fn compute(args: &CurvatureArgs, host: &Host) -> Result<Report, Failure> {
    args.model.check().map_err(Failure::usage)?;
    check_save(&args.model)?;
    let source = args.reading.options();
    let session = host.session(&args.resources.session(source.clone()))?;
    let threads = args.resources.threads();
    let load = async { subjects::load(&session, &args.model, source).await };
    let loaded = runtime::block_on(threads, &host.stop, load)?;
    save(&loaded, &args.model)?;
    let Models::BuiltIn(models) = &loaded.models else {
        let name = &loaded.name;
        return Err(Failure::Data(format!(
            "{name}: the curvature takes derivatives, which are known of built-in models only; `dartboard landscape` tells \
             that of an ONNX model in a plane"
        )));
    };
    let plan =
        |count| LanczosPlan { count, steps: args.products as usize, seed: args.model.seed, ..LanczosPlan::default() };
    let mut losses = vec![];
    for (loss, model) in loaded.losses.iter().zip(models) {
        let (problem, weights) = (&model.problem, model.model.weights());
        let found = with_threads(threads, || {
            let top = if args.top > 0 { Some(top_eigenpairs(problem, weights, plan(args.top))?) } else { None };
            let lowest =
                if args.lowest > 0 { Some(lowest_eigenpairs(problem, weights, plan(args.lowest))?) } else { None };
            let trace = trace(problem, weights, args.trace as usize, args.model.seed)?;
            Ok((top, lowest, trace))
        })?;
        let (top, lowest, trace) = found.map_err(failed)?;
        losses.push(OfLoss {
            loss: loss.spec(),
            value: problem.value(weights),
            weights: problem.len(),
            fit: model.fitted.clone(),
            top: top.map_or_else(Vec::new, End::of),
            lowest: lowest.map_or_else(Vec::new, End::of),
            trace,
        });
    }
    Ok(Report { model: loaded.name.clone(), rows: loaded.rows, losses })
}

pub(crate) fn run(args: &CurvatureArgs, host: &Host) -> Result<(), Failure> {
    let report = compute(args, host)?;
    output::print(&match args.format {
        ChooseFormat::Table => render::terminal::write(&render::curvature::document(&report), output::canvas()),
        ChooseFormat::Markdown => render::markdown::write(&render::curvature::document(&report)),
        ChooseFormat::Json => render::json(&report)?,
    })
}
