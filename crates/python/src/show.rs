//! Formulas and figures, which notebooks show.

use dartboard_losses::Loss;
use dartboard_numerics::{Expr, Notation};
use pyo3::prelude::*;

/// The formulas of a loss in the notations that people and programs read.
#[pyclass(frozen, name = "Formula", module = "dartboard")]
pub(crate) struct Formula {
    value: [String; 2],
    gradient: [String; 2],
    hessian: [String; 2],
}

fn print(expression: Expr) -> [String; 2] {
    [Notation::Unicode, Notation::Latex].map(|notation| expression.print(notation))
}

impl Formula {
    pub(crate) fn of(loss: &Loss) -> Self {
        let formula = loss.formula();
        Self { value: print(formula.value), gradient: print(formula.gradient), hessian: print(formula.hessian) }
    }
}

#[pymethods]
impl Formula {
    /// The value, in Unicode.
    #[getter]
    fn value(&self) -> &str {
        &self.value[0]
    }

    /// The derivative in the prediction, in Unicode.
    #[getter]
    fn gradient(&self) -> &str {
        &self.gradient[0]
    }

    /// The second derivative, in Unicode.
    #[getter]
    fn hessian(&self) -> &str {
        &self.hessian[0]
    }

    /// The value, in LaTeX.
    #[getter]
    fn latex(&self) -> &str {
        &self.value[1]
    }

    /// The derivative in the prediction, in LaTeX.
    #[getter]
    fn gradient_latex(&self) -> &str {
        &self.gradient[1]
    }

    /// The second derivative, in LaTeX.
    #[getter]
    fn hessian_latex(&self) -> &str {
        &self.hessian[1]
    }

    fn _repr_latex_(&self) -> String {
        format!("$\\displaystyle {}$", self.value[1])
    }

    fn __str__(&self) -> &str {
        &self.value[0]
    }

    fn __repr__(&self) -> String {
        format!("Formula({})", self.value[0])
    }
}

/// A drawing.
#[pyclass(frozen, name = "Figure", module = "dartboard")]
pub(crate) struct Figure {
    svg: String,
    description: String,
}

impl Figure {
    pub(crate) fn new(svg: String, description: String) -> Self {
        Self { svg, description }
    }
}

#[pymethods]
impl Figure {
    /// The drawing as SVG.
    #[getter]
    fn svg(&self) -> &str {
        &self.svg
    }

    /// What it shows, in a sentence.
    #[getter]
    fn description(&self) -> &str {
        &self.description
    }

    fn _repr_svg_(&self) -> &str {
        &self.svg
    }

    fn __repr__(&self) -> String {
        format!("Figure({})", self.description)
    }
}
