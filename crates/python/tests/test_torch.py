"""Functions of PyTorch, where it is installed: values, gradients, products with Hessians."""

import copy

import numpy as np
import pytest

import dartboard as db

torch = pytest.importorskip("torch")
F = torch.nn.functional


def tensors(dtype, rows=500):
    generator = torch.Generator().manual_seed(3)
    z = torch.randn(rows, dtype=dtype, generator=generator).requires_grad_()
    y = (torch.rand(rows, dtype=dtype, generator=generator) < 0.4).to(dtype)
    w = torch.rand(rows, dtype=dtype, generator=generator)
    return z, y, w


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_logistic_loss(dtype, reduction):
    z, y, w = tensors(dtype)
    ours = db.torch.loss("bce_logits", reduction=reduction)(z, y)
    theirs = F.binary_cross_entropy_with_logits(z, y, reduction=reduction)
    assert ours.dtype == dtype and ours.shape == theirs.shape
    torch.testing.assert_close(ours, theirs)
    outer = torch.ones_like(theirs) * 3
    (found,) = torch.autograd.grad(ours, z, outer)
    (expected,) = torch.autograd.grad(theirs, z, outer)
    torch.testing.assert_close(found, expected, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("name", ["bce_logits", "huber", "student_t", "poisson", "cce_logits", "multiclass_hinge", "cosine"])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("weighted", [False, True])
def test_derivatives_are_those_of_differences(name, reduction, weighted):
    z, y, w = tensors(torch.float64, 12)
    if db.loss(name).family == "rowwise":
        z = torch.linspace(-2, 2, 36, dtype=torch.float64).reshape(12, 3).cos().mul(2).requires_grad_()
        y = torch.arange(12) % 3 if name != "cosine" else torch.eye(3, dtype=torch.float64).repeat(4, 1)
    loss = db.torch.loss(name, reduction=reduction)
    call = lambda z: loss(z, y, w if weighted else None)
    assert torch.autograd.gradcheck(call, z)
    assert torch.autograd.gradgradcheck(call, z)


def test_rows_of_classes():
    generator = torch.Generator().manual_seed(4)
    z = torch.randn(200, 7, generator=generator, requires_grad=True)
    y = torch.randint(7, (200,), generator=generator)
    ours, theirs = db.torch.loss("cce_logits")(z, y), F.cross_entropy(z, y)
    torch.testing.assert_close(ours, theirs)
    (found,) = torch.autograd.grad(ours, z)
    (expected,) = torch.autograd.grad(theirs, z)
    torch.testing.assert_close(found, expected, atol=1e-7, rtol=1e-5)


def test_joint_losses_have_gradients():
    p = torch.zeros(5, 2, dtype=torch.float64, requires_grad=True)
    y = torch.arange(5, dtype=torch.float64)
    loss = db.torch.loss("gaussian_nll")
    assert torch.autograd.gradcheck(lambda p: loss(p, y), p)
    (slope,) = torch.autograd.grad(loss(p, y), p, create_graph=True)
    with pytest.raises(NotImplementedError, match="second derivatives of gaussian_nll"):
        slope.sum().backward()


def test_training():
    torch.manual_seed(0)
    x = torch.randn(256, 4)
    y = x @ torch.tensor([1.0, -2.0, 0.5, 0.0]) + 0.1
    models = [torch.nn.Linear(4, 1)]
    models.append(copy.deepcopy(models[0]))
    losses = [db.torch.loss("huber"), torch.nn.HuberLoss()]
    for model, loss in zip(models, losses, strict=True):
        optimiser = torch.optim.SGD(model.parameters(), lr=0.2)
        for _ in range(50):
            optimiser.zero_grad()
            loss(model(x)[:, 0], y).backward()
            optimiser.step()
    torch.testing.assert_close(models[0].weight, models[1].weight, atol=1e-5, rtol=1e-4)


def test_nothing_is_copied_on_the_way_in():
    z, y, _ = tensors(torch.float32)
    from dartboard import _arrays

    assert _arrays.read(z.detach(), "it").ctypes.data == z.data_ptr()
    assert db.bce_logits(y, z.detach()) == db.bce_logits(y.numpy(), z.detach().numpy())


def test_what_is_refused():
    z, y, _ = tensors(torch.float32)
    loss = db.torch.loss("bce_logits")
    with pytest.raises(TypeError, match="the target requires a gradient"):
        loss(z, z)
    with pytest.raises(TypeError, match="the prediction requires a gradient: pass prediction.detach"):
        db.bce_logits(y, z)
    with pytest.raises(ValueError, match="row 2: the prediction of bce_logits"):
        loss(torch.where(torch.arange(500) == 2, np.nan, z), y)
    with pytest.raises(TypeError, match="the prediction is on the device meta"):
        loss(z.to("meta"), y)
    with pytest.raises(TypeError, match="the prediction is on the device meta"):
        db.bce_logits(y, z.detach().to("meta"))
    with pytest.raises(ValueError, match="there is no reduction named 'avg'"):
        db.torch.loss("mse", reduction="avg")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_tensors_of_a_gpu_are_refused():
    z, y, _ = tensors(torch.float32)
    with pytest.raises(TypeError, match="the prediction is on the device cuda:0"):
        db.torch.loss("bce_logits")(z.cuda(), y.cuda())


def test_whole_predictions_are_refused():
    with pytest.raises(TypeError, match="floating-point"):
        db.torch.loss("mse")(torch.tensor([1, 2]), torch.tensor([1.5, 2.5]))
    with pytest.raises(TypeError, match="must be a tensor"):
        db.torch.loss("mse")(np.ones(3), np.ones(3))


def test_targets_that_are_changed_meanwhile():
    prediction, target = torch.randn(4, requires_grad=True), torch.zeros(4)
    value = db.torch.loss("mse")(prediction, target)
    target.add_(5)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        value.backward()


def test_gradients_can_be_asked_for_twice():
    prediction, target = torch.randn(4, requires_grad=True), torch.zeros(4)
    value = db.torch.loss("mse")(prediction, target)
    value.backward(retain_graph=True)
    (first, prediction.grad) = (prediction.grad, None)
    (3 * value).backward()
    assert torch.equal(prediction.grad, 3 * first)


def test_negated_memory_is_read_as_what_it_stands_for():
    negated = torch.tensor([1 + 2j]).conj().imag
    assert db.mse(negated, torch.ones(1)) == 9.0
