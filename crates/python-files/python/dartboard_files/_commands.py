"""The commands as functions. Written by write_commands.py from the options of the command line: not to be edited."""

from __future__ import annotations

from typing import Any, Never

from ._arguments import Value, refuse, run
from ._report import Curvature, FileAdvice, Landscape, Scores
from ._table import Table

__all__ = ["choose", "compare", "curvature", "landscape", "score"]


def score(
    data: Any,
    *,
    truth: Value,
    pred: Value | None = None,
    logits: Value | None = None,
    classes: Value | None = None,
    loss: Value | None = None,
    weight: Value | None = None,
    class_weight: Value | None = None,
    pos_weight: Value | None = None,
    label_smoothing: Value | None = None,
    by: Value | None = None,
    where: Value | None = None,
    worst: Value | None = None,
    key: Value | None = None,
    invalid: Value | None = None,
    decompose: bool = False,
    no_skill: bool = False,
    truth_file: Value | None = None,
    on: Value | None = None,
    allow_missing: bool = False,
    allow_duplicates: bool = False,
    output: Value | None = None,
    input_format: Value | None = None,
    delimiter: Value | None = None,
    no_header: bool = False,
    null_value: Value | None = None,
    threads: Value | None = None,
    memory_limit: Value | None = None,
    **unknown: Never,
) -> Scores:
    """Score files of predictions: losses, skill, segments, models compared, the rows that lose most.

    As ``dartboard score`` does; a string is what one types there, a sequence is taken name by name.

    Parameters
    ----------
    data : path, frame or dict
        Rows: a path, a glob, a directory, or a list of paths; a frame of polars, pandas, pyarrow or DuckDB, or
        any other object with ``__arrow_c_stream__``; or a dict of arrays.
    truth : COLUMN
        The column that holds the truth. Where the truth is a share of each class, or for several labels whether
        each applies: a pattern such as 'q_*', or one column per class separated by commas.
    pred : COLUMN, or several, optional
        The columns of predicted values, means or probabilities, one per model; 'p_*' names one column per
        class. A loss of several numbers per row takes their columns in order, as in mu,s.
    logits : COLUMN, or several, optional
        The same on the raw scale: logits (the logarithm of the odds, or one score per class before softmax),
        log-means, log-probabilities, margins.
    classes : CLASS, or several, optional
        The names of the classes, in the order of the score columns. With one probability per row, two names:
        the second is the event that is predicted.
    loss : SPEC, or several, optional
        What to compute, such as mse,mae,huber(delta=1.5); measures that suit the columns if absent.
    weight : COLUMN, optional
        The column of weights.
    class_weight : CLASS=N, or several, optional
        How often the rows of a class count, on top of their weight: means are divided by the total weight.
    pos_weight : W, optional
        Multiply the losses of events by W; means are still divided by the number of rows.
    label_smoothing : E, default 0
        Spread the share E of every label evenly over all classes: of K classes the true one keeps 1 - E + E/K.
        Events, and labels that apply each by itself, have K = 2.
    by : COLUMN, or several, optional
        Score every segment too: the rows with equal values in these columns.
    where : SQL, optional
        Score only the rows that satisfy a SQL condition, such as "year >= 2000 AND region = 'north'".
    worst : N, default 0
        List the N rows that lose most, for each model, by the first loss.
    key : COLUMN, or several, optional
        The columns that tell rows apart where rows are listed; found by itself if absent.
    invalid : {"error", "skip"}, default error
        What to do with rows whose values a loss is not defined for, such as a probability of 1.2.
    decompose : bool, default False
        Say what each mean loss is made of: miscalibration, discrimination and uncertainty. Holds all rows in
        memory.
    no_skill : bool, default False
        Do not look for the best constant prediction, which the skill is measured against.
    truth_file : FILE, or several, optional
        Files that hold the truth, if not the ones with the predictions.
    on : COLUMN, or several, optional
        The key columns by which the two are joined.
    allow_missing : bool, default False
        Count rows without a partner instead of refusing them.
    allow_duplicates : bool, default False
        Let keys repeat, each pair counting as a row, instead of refusing them.
    output : FILE, optional
        Also write every row with the value, gradient and Hessian of each loss, to a .parquet or .csv file.
    input_format : {"csv", "tsv", "jsonl", "json", "parquet", "arrow", "arrow-stream"}, optional
        The format of the files, where it is not to be told from them.
    delimiter : CHARACTER, optional
        The separator of fields in CSV files: one character, or tab.
    no_header : bool, default False
        CSV files have no header line; the columns are called column_1, column_2, ...
    null_value : TEXT, or several, optional
        A spelling of a missing value in CSV files, such as NA, beside the empty field; may be given again.
    threads : N, optional
        The number of threads; all cores if absent. Results do not depend on it.
    memory_limit : SIZE, optional
        Memory to keep to, such as 500MB or 2GiB: what does not fit goes through temporary files.

    Returns
    -------
    Scores

    Raises
    ------
    TypeError
        Where a keyword is not known (with the nearest), or one is missing.
    ValueError
        Where options or the data are at fault, with the text of the command line.
    OSError
        Where the system refuses a file.
    """
    if unknown:
        refuse("score", unknown, "score")
    given = {
        "truth": truth,
        "pred": pred,
        "logits": logits,
        "classes": classes,
        "loss": loss,
        "weight": weight,
        "class_weight": class_weight,
        "pos_weight": pos_weight,
        "label_smoothing": label_smoothing,
        "by": by,
        "where": where,
        "worst": worst,
        "key": key,
        "invalid": invalid,
        "decompose": decompose,
        "no_skill": no_skill,
        "truth_file": truth_file,
        "on": on,
        "allow_missing": allow_missing,
        "allow_duplicates": allow_duplicates,
        "output": output,
        "input_format": input_format,
        "delimiter": delimiter,
        "no_header": no_header,
        "null_value": null_value,
        "threads": threads,
        "memory_limit": memory_limit,
    }
    return Scores(run("score", data, given))


def compare(
    data: Any,
    *,
    truth: Value,
    pred: Value | None = None,
    logits: Value | None = None,
    classes: Value | None = None,
    loss: Value | None = None,
    weight: Value | None = None,
    class_weight: Value | None = None,
    pos_weight: Value | None = None,
    label_smoothing: Value | None = None,
    by: Value | None = None,
    where: Value | None = None,
    worst: Value | None = None,
    key: Value | None = None,
    invalid: Value | None = None,
    decompose: bool = False,
    no_skill: bool = False,
    truth_file: Value | None = None,
    on: Value | None = None,
    allow_missing: bool = False,
    allow_duplicates: bool = False,
    output: Value | None = None,
    input_format: Value | None = None,
    delimiter: Value | None = None,
    no_header: bool = False,
    null_value: Value | None = None,
    threads: Value | None = None,
    memory_limit: Value | None = None,
    **unknown: Never,
) -> Table:
    """Compare models pair by pair on the same rows: the mean difference of each loss, its interval, and which is
    better.

    As ``dartboard score`` does; a string is what one types there, a sequence is taken name by name.

    Parameters
    ----------
    data : path, frame or dict
        Rows: a path, a glob, a directory, or a list of paths; a frame of polars, pandas, pyarrow or DuckDB, or
        any other object with ``__arrow_c_stream__``; or a dict of arrays.
    truth : COLUMN
        The column that holds the truth. Where the truth is a share of each class, or for several labels whether
        each applies: a pattern such as 'q_*', or one column per class separated by commas.
    pred : COLUMN, or several, optional
        The columns of predicted values, means or probabilities, one per model; 'p_*' names one column per
        class. A loss of several numbers per row takes their columns in order, as in mu,s.
    logits : COLUMN, or several, optional
        The same on the raw scale: logits (the logarithm of the odds, or one score per class before softmax),
        log-means, log-probabilities, margins.
    classes : CLASS, or several, optional
        The names of the classes, in the order of the score columns. With one probability per row, two names:
        the second is the event that is predicted.
    loss : SPEC, or several, optional
        What to compute, such as mse,mae,huber(delta=1.5); measures that suit the columns if absent.
    weight : COLUMN, optional
        The column of weights.
    class_weight : CLASS=N, or several, optional
        How often the rows of a class count, on top of their weight: means are divided by the total weight.
    pos_weight : W, optional
        Multiply the losses of events by W; means are still divided by the number of rows.
    label_smoothing : E, default 0
        Spread the share E of every label evenly over all classes: of K classes the true one keeps 1 - E + E/K.
        Events, and labels that apply each by itself, have K = 2.
    by : COLUMN, or several, optional
        Score every segment too: the rows with equal values in these columns.
    where : SQL, optional
        Score only the rows that satisfy a SQL condition, such as "year >= 2000 AND region = 'north'".
    worst : N, default 0
        List the N rows that lose most, for each model, by the first loss.
    key : COLUMN, or several, optional
        The columns that tell rows apart where rows are listed; found by itself if absent.
    invalid : {"error", "skip"}, default error
        What to do with rows whose values a loss is not defined for, such as a probability of 1.2.
    decompose : bool, default False
        Say what each mean loss is made of: miscalibration, discrimination and uncertainty. Holds all rows in
        memory.
    no_skill : bool, default False
        Do not look for the best constant prediction, which the skill is measured against.
    truth_file : FILE, or several, optional
        Files that hold the truth, if not the ones with the predictions.
    on : COLUMN, or several, optional
        The key columns by which the two are joined.
    allow_missing : bool, default False
        Count rows without a partner instead of refusing them.
    allow_duplicates : bool, default False
        Let keys repeat, each pair counting as a row, instead of refusing them.
    output : FILE, optional
        Also write every row with the value, gradient and Hessian of each loss, to a .parquet or .csv file.
    input_format : {"csv", "tsv", "jsonl", "json", "parquet", "arrow", "arrow-stream"}, optional
        The format of the files, where it is not to be told from them.
    delimiter : CHARACTER, optional
        The separator of fields in CSV files: one character, or tab.
    no_header : bool, default False
        CSV files have no header line; the columns are called column_1, column_2, ...
    null_value : TEXT, or several, optional
        A spelling of a missing value in CSV files, such as NA, beside the empty field; may be given again.
    threads : N, optional
        The number of threads; all cores if absent. Results do not depend on it.
    memory_limit : SIZE, optional
        Memory to keep to, such as 500MB or 2GiB: what does not fit goes through temporary files.

    Returns
    -------
    Table

    Raises
    ------
    TypeError
        Where a keyword is not known (with the nearest), or one is missing.
    ValueError
        Where options or the data are at fault, with the text of the command line.
    OSError
        Where the system refuses a file.
    """
    if unknown:
        refuse("score", unknown, "compare")
    given = {
        "truth": truth,
        "pred": pred,
        "logits": logits,
        "classes": classes,
        "loss": loss,
        "weight": weight,
        "class_weight": class_weight,
        "pos_weight": pos_weight,
        "label_smoothing": label_smoothing,
        "by": by,
        "where": where,
        "worst": worst,
        "key": key,
        "invalid": invalid,
        "decompose": decompose,
        "no_skill": no_skill,
        "truth_file": truth_file,
        "on": on,
        "allow_missing": allow_missing,
        "allow_duplicates": allow_duplicates,
        "output": output,
        "input_format": input_format,
        "delimiter": delimiter,
        "no_header": no_header,
        "null_value": null_value,
        "threads": threads,
        "memory_limit": memory_limit,
    }
    report = Scores(run("score", data, given))
    if len(report["settings"]["models"]) < 2:
        raise ValueError("compare takes the predictions of at least two models, as in pred=['p_a', 'p_b']")
    return report.comparisons


def choose(
    data: Any,
    *,
    truth: Value,
    pred: Value | None = None,
    logits: Value | None = None,
    classes: Value | None = None,
    features: Value | None = None,
    weight: Value | None = None,
    where: Value | None = None,
    goal: Value | None = None,
    cost: Value | None = None,
    task: Value | None = None,
    trained_with: Value | None = None,
    figure: Value | None = None,
    input_format: Value | None = None,
    delimiter: Value | None = None,
    no_header: bool = False,
    null_value: Value | None = None,
    threads: Value | None = None,
    memory_limit: Value | None = None,
    **unknown: Never,
) -> FileAdvice:
    """Choose a loss: what the target is, which noise the errors have, what suits the goal, with the evidence.

    As ``dartboard choose`` does; a string is what one types there, a sequence is taken name by name.

    Parameters
    ----------
    data : path, frame or dict
        Rows: a path, a glob, a directory, or a list of paths; a frame of polars, pandas, pyarrow or DuckDB, or
        any other object with ``__arrow_c_stream__``; or a dict of arrays.
    truth : COLUMN
        The column that holds the truth.
    pred : COLUMN, or several, optional
        The column of predicted values, means or probabilities; 'p_*' for one column per class; q10,q50,q90 for
        quantiles.
    logits : COLUMN, or several, optional
        The same on the raw scale: logits, log-means.
    classes : CLASS, or several, optional
        The names of the classes, in the order of the score columns. With one prediction per row, two names: the
        second is the event that is predicted.
    features : COLUMN, or several, optional
        Columns of numbers in which to look for what the model misses.
    weight : COLUMN, optional
        The column of weights.
    where : SQL, optional
        Look only at the rows that satisfy a SQL condition.
    goal : GOAL, optional
        What a prediction is for: mean, total, median, quantile=T, expectile=T, probability or class. Data
        cannot tell.
    cost : COSTS, optional
        What errors cost: under=U,over=O per unit of a quantity, or fp=A,fn=B per false alarm and miss.
    task : TASK, optional
        What the target is, where it is not to be told from the data: real, positive, zeros_and_positive, count,
        proportion, binary or classes.
    trained_with : pos_weight=W, optional
        The factor by which events were weighted when the model was trained, as in pos_weight=5: its effect is
        undone.
    figure : FILE, optional
        Also draw the errors, or the calibration of probabilities, into an .svg, .png or .html file.
    input_format : {"csv", "tsv", "jsonl", "json", "parquet", "arrow", "arrow-stream"}, optional
        The format of the files, where it is not to be told from them.
    delimiter : CHARACTER, optional
        The separator of fields in CSV files: one character, or tab.
    no_header : bool, default False
        CSV files have no header line; the columns are called column_1, column_2, ...
    null_value : TEXT, or several, optional
        A spelling of a missing value in CSV files, such as NA, beside the empty field; may be given again.
    threads : N, optional
        The number of threads; all cores if absent. Results do not depend on it.
    memory_limit : SIZE, optional
        Memory to keep to, such as 500MB or 2GiB: what does not fit goes through temporary files.

    Returns
    -------
    FileAdvice

    Raises
    ------
    TypeError
        Where a keyword is not known (with the nearest), or one is missing.
    ValueError
        Where options or the data are at fault, with the text of the command line.
    OSError
        Where the system refuses a file.
    """
    if unknown:
        refuse("choose", unknown, "choose")
    given = {
        "truth": truth,
        "pred": pred,
        "logits": logits,
        "classes": classes,
        "features": features,
        "weight": weight,
        "where": where,
        "goal": goal,
        "cost": cost,
        "task": task,
        "trained_with": trained_with,
        "figure": figure,
        "input_format": input_format,
        "delimiter": delimiter,
        "no_header": no_header,
        "null_value": null_value,
        "threads": threads,
        "memory_limit": memory_limit,
    }
    return FileAdvice(run("choose", data, given))


def landscape(
    data: Any = None,
    *,
    model_files: Value | None = None,
    model: Value | None = None,
    truth: Value | None = None,
    features: Value | None = None,
    classes: Value | None = None,
    weight: Value | None = None,
    where: Value | None = None,
    loss: Value | None = None,
    onnx_output: Value | None = None,
    fit: Value | None = None,
    steps: Value | None = None,
    rate: Value | None = None,
    momentum: Value | None = None,
    decay: Value | None = None,
    test_share: Value | None = None,
    raw_features: bool = False,
    seed: Value | None = None,
    save_model: Value | None = None,
    dirs: Value | None = None,
    to: Value | None = None,
    norm: Value | None = None,
    skip: Value | None = None,
    range: Value | None = None,
    grid: Value | None = None,
    tolerance: Value | None = None,
    precision: Value | None = None,
    figure: Value | None = None,
    output: Value | None = None,
    resume: Value | None = None,
    input_format: Value | None = None,
    delimiter: Value | None = None,
    no_header: bool = False,
    null_value: Value | None = None,
    threads: Value | None = None,
    memory_limit: Value | None = None,
    **unknown: Never,
) -> Landscape:
    """Draw the loss landscape of a model: along its weights, random directions, a path, or between two models.

    As ``dartboard landscape`` does; a string is what one types there, a sequence is taken name by name.

    Parameters
    ----------
    data : path, frame or dict, optional
        Rows: a path, a glob, a directory, or a list of paths; a frame of polars, pandas, pyarrow or DuckDB, or
        any other object with ``__arrow_c_stream__``; or a dict of arrays.
    model_files : MODEL_FILE, or several, optional
        Models from files: .onnx of any framework, or .safetensors as --save-model writes them. Several are the
        checkpoints of a training, in order.
    model : KIND, optional
        Fit a built-in model: linear, logistic, softmax, or mlp:64,32 with the sizes of its hidden layers and
        perhaps what its units do, as in mlp:16,tanh (relu, tanh, gelu or sigmoid).
    truth : COLUMN, or several, optional
        The column that holds the truth; several, or a pattern, for labels that apply each by itself.
    features : COLUMN, or several, optional
        Columns of features, or patterns such as 'x*'; all columns of numbers if absent, but for one that counts
        the rows.
    classes : CLASS, or several, optional
        The names of the classes, in the order of the model's outputs; sorted if absent. Of two the second is
        the event.
    weight : COLUMN, optional
        The column of weights.
    where : SQL, optional
        Use only the rows that satisfy a SQL condition.
    loss : LOSS, optional
        Losses of the catalogue. If absent: mse for numbers, bce for events, cce for classes; that of a saved
        model.
    onnx_output : NAME, optional
        The output of an ONNX model that is the prediction, where it has several, or any value inside of it.
    fit : {"lbfgs", "descent", "newton"}, optional
        How a built-in model is fitted; lbfgs if absent.
    steps : N, optional
        The most steps of the fit; 500 if absent.
    rate : RATE, optional
        The step of gradient descent per unit of gradient; found out if absent.
    momentum : SHARE, optional
        The momentum of gradient descent: at least 0 and below 1; 0.9 if absent.
    decay : DECAY, default 0
        Add half of this times the sum of the squares of all weights but the biases to the loss.
    test_share : SHARE, default 0
        Keep this share of the rows, drawn by the seed, for a test of the fitted model.
    raw_features : bool, default False
        Take features as they are, instead of bringing each to mean 0 and standard deviation 1.
    seed : SEED, default 0
        The seed of first weights, of the rows for testing, of random directions and of estimates.
    save_model : FILE, optional
        Save the fitted model, as .safetensors, with all digits, or as .onnx, which other programs run.
    dirs : DIRECTIONS, optional
        Where to look: single weights by their names (a feature, bias, w0,w1, `layer0.weight[2,5]`); random,
        random:1; pca, the principal components of the path; gradient; hessian, its largest eigenvectors; or a
        .safetensors file with one or two tensors. If absent: the weights of a model that has two, else pca
        where there is a path, else random.
    to : MODEL_FILE, optional
        The straight way to this model, which is at 1.
    norm : {"filter", "layer", "none"}, optional
        What random directions are scaled to; filter if absent.
    skip : {"bias", "norm", "none"}, or several, optional
        What random directions leave alone: bias, norm (scales and shifts of normalisation layers), or none;
        both if absent.
    range : FROM:TO, or several, optional
        From where to where, as in -1:1 or 0:10,-5:5: weights where axes are weights, else multiples of the
        directions; found out if absent.
    grid : POINTS, optional
        The number of points, as in 101 or 51x31; 101 on a line and 51x51 on a plane if absent.
    tolerance : SHARE, optional
        Compute only as many points as it takes to miss no other by more than this share of the range, as in 1%,
        and interpolate the rest.
    precision : {"f64", "f32"}, optional
        What losses of built-in models are computed in; f64 if absent.
    figure : FILE, optional
        Draw into an .svg, .png or .html file; the latter can be turned, and shows values under the pointer.
    output : FOLDER, optional
        Write everything into a new folder: the grid as Parquet, CSV and NPZ, pictures, a page, directions,
        models, and the points so far, from which --resume goes on.
    resume : FOLDER, optional
        Go on with the run of this folder, which knows what it was asked for.
    input_format : {"csv", "tsv", "jsonl", "json", "parquet", "arrow", "arrow-stream"}, optional
        The format of the files, where it is not to be told from them.
    delimiter : CHARACTER, optional
        The separator of fields in CSV files: one character, or tab.
    no_header : bool, default False
        CSV files have no header line; the columns are called column_1, column_2, ...
    null_value : TEXT, or several, optional
        A spelling of a missing value in CSV files, such as NA, beside the empty field; may be given again.
    threads : N, optional
        The number of threads; all cores if absent. Results do not depend on it.
    memory_limit : SIZE, optional
        Memory to keep to, such as 500MB or 2GiB: what does not fit goes through temporary files.

    Returns
    -------
    Landscape

    Raises
    ------
    TypeError
        Where a keyword is not known (with the nearest), or one is missing.
    ValueError
        Where options or the data are at fault, with the text of the command line.
    OSError
        Where the system refuses a file.
    """
    if unknown:
        refuse("landscape", unknown, "landscape")
    given = {
        "model_files": model_files,
        "model": model,
        "truth": truth,
        "features": features,
        "classes": classes,
        "weight": weight,
        "where": where,
        "loss": loss,
        "onnx_output": onnx_output,
        "fit": fit,
        "steps": steps,
        "rate": rate,
        "momentum": momentum,
        "decay": decay,
        "test_share": test_share,
        "raw_features": raw_features,
        "seed": seed,
        "save_model": save_model,
        "dirs": dirs,
        "to": to,
        "norm": norm,
        "skip": skip,
        "range": range,
        "grid": grid,
        "tolerance": tolerance,
        "precision": precision,
        "figure": figure,
        "output": output,
        "resume": resume,
        "input_format": input_format,
        "delimiter": delimiter,
        "no_header": no_header,
        "null_value": null_value,
        "threads": threads,
        "memory_limit": memory_limit,
    }
    return Landscape(run("landscape", data, given))


def curvature(
    data: Any = None,
    *,
    model_files: Value | None = None,
    model: Value | None = None,
    truth: Value | None = None,
    features: Value | None = None,
    classes: Value | None = None,
    weight: Value | None = None,
    where: Value | None = None,
    loss: Value | None = None,
    onnx_output: Value | None = None,
    fit: Value | None = None,
    steps: Value | None = None,
    rate: Value | None = None,
    momentum: Value | None = None,
    decay: Value | None = None,
    test_share: Value | None = None,
    raw_features: bool = False,
    seed: Value | None = None,
    save_model: Value | None = None,
    top: Value | None = None,
    lowest: Value | None = None,
    trace: Value | None = None,
    products: Value | None = None,
    input_format: Value | None = None,
    delimiter: Value | None = None,
    no_header: bool = False,
    null_value: Value | None = None,
    threads: Value | None = None,
    memory_limit: Value | None = None,
    **unknown: Never,
) -> Curvature:
    """Tell how curved the loss of a model is: the ends of the Hessian's spectrum and its trace.

    As ``dartboard curvature`` does; a string is what one types there, a sequence is taken name by name.

    Parameters
    ----------
    data : path, frame or dict, optional
        Rows: a path, a glob, a directory, or a list of paths; a frame of polars, pandas, pyarrow or DuckDB, or
        any other object with ``__arrow_c_stream__``; or a dict of arrays.
    model_files : MODEL_FILE, or several, optional
        Models from files: .onnx of any framework, or .safetensors as --save-model writes them. Several are the
        checkpoints of a training, in order.
    model : KIND, optional
        Fit a built-in model: linear, logistic, softmax, or mlp:64,32 with the sizes of its hidden layers and
        perhaps what its units do, as in mlp:16,tanh (relu, tanh, gelu or sigmoid).
    truth : COLUMN, or several, optional
        The column that holds the truth; several, or a pattern, for labels that apply each by itself.
    features : COLUMN, or several, optional
        Columns of features, or patterns such as 'x*'; all columns of numbers if absent, but for one that counts
        the rows.
    classes : CLASS, or several, optional
        The names of the classes, in the order of the model's outputs; sorted if absent. Of two the second is
        the event.
    weight : COLUMN, optional
        The column of weights.
    where : SQL, optional
        Use only the rows that satisfy a SQL condition.
    loss : LOSS, optional
        Losses of the catalogue. If absent: mse for numbers, bce for events, cce for classes; that of a saved
        model.
    onnx_output : NAME, optional
        The output of an ONNX model that is the prediction, where it has several, or any value inside of it.
    fit : {"lbfgs", "descent", "newton"}, optional
        How a built-in model is fitted; lbfgs if absent.
    steps : N, optional
        The most steps of the fit; 500 if absent.
    rate : RATE, optional
        The step of gradient descent per unit of gradient; found out if absent.
    momentum : SHARE, optional
        The momentum of gradient descent: at least 0 and below 1; 0.9 if absent.
    decay : DECAY, default 0
        Add half of this times the sum of the squares of all weights but the biases to the loss.
    test_share : SHARE, default 0
        Keep this share of the rows, drawn by the seed, for a test of the fitted model.
    raw_features : bool, default False
        Take features as they are, instead of bringing each to mean 0 and standard deviation 1.
    seed : SEED, default 0
        The seed of first weights, of the rows for testing, of random directions and of estimates.
    save_model : FILE, optional
        Save the fitted model, as .safetensors, with all digits, or as .onnx, which other programs run.
    top : N, default 3
        How many of the largest eigenvalues.
    lowest : N, default 1
        How many of the smallest; a negative one is a way down.
    trace : N, default 100
        Random vectors for the trace; with fewer weights than that it is exact.
    products : N, default 300
        The most products with the Hessian for each end.
    input_format : {"csv", "tsv", "jsonl", "json", "parquet", "arrow", "arrow-stream"}, optional
        The format of the files, where it is not to be told from them.
    delimiter : CHARACTER, optional
        The separator of fields in CSV files: one character, or tab.
    no_header : bool, default False
        CSV files have no header line; the columns are called column_1, column_2, ...
    null_value : TEXT, or several, optional
        A spelling of a missing value in CSV files, such as NA, beside the empty field; may be given again.
    threads : N, optional
        The number of threads; all cores if absent. Results do not depend on it.
    memory_limit : SIZE, optional
        Memory to keep to, such as 500MB or 2GiB: what does not fit goes through temporary files.

    Returns
    -------
    Curvature

    Raises
    ------
    TypeError
        Where a keyword is not known (with the nearest), or one is missing.
    ValueError
        Where options or the data are at fault, with the text of the command line.
    OSError
        Where the system refuses a file.
    """
    if unknown:
        refuse("curvature", unknown, "curvature")
    given = {
        "model_files": model_files,
        "model": model,
        "truth": truth,
        "features": features,
        "classes": classes,
        "weight": weight,
        "where": where,
        "loss": loss,
        "onnx_output": onnx_output,
        "fit": fit,
        "steps": steps,
        "rate": rate,
        "momentum": momentum,
        "decay": decay,
        "test_share": test_share,
        "raw_features": raw_features,
        "seed": seed,
        "save_model": save_model,
        "top": top,
        "lowest": lowest,
        "trace": trace,
        "products": products,
        "input_format": input_format,
        "delimiter": delimiter,
        "no_header": no_header,
        "null_value": null_value,
        "threads": threads,
        "memory_limit": memory_limit,
    }
    return Curvature(run("curvature", data, given))
