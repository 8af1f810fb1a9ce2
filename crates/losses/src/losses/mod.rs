//! One file per loss, and the list of them: the one place a new loss is registered, in the order it is shown.

crate::catalogue::catalogue! {
    pointwise:
        mse => Mse,
        mae => Mae,
        huber => Huber,
        smooth_l1 => SmoothL1,
        pseudo_huber => PseudoHuber,
        log_cosh => LogCosh,
        quantile => Quantile,
        expectile => Expectile,
        msle => Msle,
        mape => Mape,
        smape => Smape,
        fair => Fair,
        cauchy => Cauchy,
        welsch => Welsch,
        geman_mcclure => GemanMcclure,
        tukey => Tukey,
        student_t => StudentT,
        epsilon_insensitive => EpsilonInsensitive,
        squared_epsilon_insensitive => SquaredEpsilonInsensitive,
        poisson => Poisson,
        poisson_deviance => PoissonDeviance,
        gamma => Gamma,
        gamma_deviance => GammaDeviance,
        tweedie => Tweedie,
        tweedie_deviance => TweedieDeviance,
        negative_binomial => NegativeBinomial,
        bce => Bce,
        bce_logits => BceLogits,
        brier => Brier,
        focal_logits => FocalLogits,
        hinge => Hinge,
        squared_hinge => SquaredHinge,
        smoothed_hinge => SmoothedHinge,
        modified_huber => ModifiedHuber,
        exponential => Exponential,
        perceptron => Perceptron,
        zero_one => ZeroOne;
    rowwise:
        cce => Cce,
        cce_logits => CceLogits,
        nll => Nll,
        kl_div => KlDiv,
        kl_logits => KlLogits,
        rps => Rps,
        multiclass_hinge => MulticlassHinge,
        multilabel_bce => MultilabelBce,
        multilabel_bce_logits => MultilabelBceLogits;
    joint:
        gaussian_nll => GaussianNll;
}
