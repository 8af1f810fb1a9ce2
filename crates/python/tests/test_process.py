"""Threads, forks, and memory over many calls."""

import gc
import multiprocessing
import os
import threading
import tracemalloc

import numpy as np
import pytest

import dartboard as db


def test_threads_change_no_bit():
    random = np.random.default_rng(5)
    y, p = random.normal(size=200_000).astype(np.float32), random.normal(size=200_000).astype(np.float32)
    before = db.get_threads()
    try:
        results = []
        for threads in (1, 2, 3, 0):
            db.set_threads(threads)
            assert db.get_threads() == threads
            results.append(db.loss("huber").value_and_gradient(y, p))
    finally:
        db.set_threads(before)
    for value, gradient in results[1:]:
        assert value == results[0][0] and np.array_equal(gradient, results[0][1])


def test_the_lock_is_given_away():
    y = np.zeros(20_000_000, dtype=np.float32)
    ticks, done = 0, threading.Event()

    def work():
        db.loss("bce_logits").value(y, y, threads=1)
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    # With the lock held, this thread would not run before the other is done.
    while not done.is_set():
        ticks += 1
    thread.join()
    assert ticks > 1


def test_many_python_threads_at_once():
    random = np.random.default_rng(6)
    y, z = random.integers(0, 2, 50_000), random.normal(size=50_000)
    expected = db.bce_logits(y, z)
    found = []

    def work():
        for _ in range(10):
            found.append(db.bce_logits(y, z))

    threads = [threading.Thread(target=work) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert found == [expected] * 80


def _in_a_child(queue, y, p):
    queue.put(db.mse(y, p))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_process_goes_on():
    y, p = np.zeros(500_000), np.ones(500_000)
    # Starts the threads which the child will not have.
    assert db.mse(y, p, threads=2) == db.mse(y, p) == 1.0
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_a_child, args=(queue, y, p))
    child.start()
    try:
        assert queue.get(timeout=60) == 1.0
    finally:
        child.join(10)
        child.kill()


def calls():
    """One of everything: what works and what is refused."""
    y, p = np.array([1.0, 2.0]), np.array([1.5, 2.0])
    z = np.array([[0.5, 1.0], [0.0, 2.0]])
    w = np.ones(2, dtype=np.float32)

    def once():
        db.huber(y, p, delta=1.5, weight=w)
        db.loss("mse").value_and_gradient(y, [1.0, 2.0])
        db.loss("cce_logits").hessian([0, 1], z)
        db.loss("cce_logits").gradient([0, 1], z)
        db.loss("mse").best_constant(y)
        for bad in (lambda: db.mse(y, p[:1]), lambda: db.mse(y, "x"), lambda: db.loss("mes"), lambda: db.mse(y, p, x=1)):
            with pytest.raises((TypeError, ValueError)):
                bad()

    return once


def test_nothing_is_kept():
    once = calls()
    for _ in range(200):
        once()
    gc.collect()
    tracemalloc.start()
    first = tracemalloc.take_snapshot()
    resident = _resident()
    for _ in range(12_500):  # eight calls of the library each
        once()
    gc.collect()
    second = tracemalloc.take_snapshot()
    tracemalloc.stop()
    grown = sum(entry.size_diff for entry in second.compare_to(first, "filename"))
    # A single forgotten reference of each round would be hundreds of kilobytes.
    assert grown < 100_000
    assert _resident() - resident < 20_000_000


def _resident():
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def test_references_are_given_back():
    import sys

    y, p = np.zeros(3), np.zeros(3)
    before = sys.getrefcount(y), sys.getrefcount(p)
    for _ in range(1000):
        db.mse(y, p)
        with pytest.raises(ValueError):
            db.mse(y, p[:2])
    assert (sys.getrefcount(y), sys.getrefcount(p)) == before


def test_nothing_of_the_size_of_the_input_is_made_on_the_way():
    y, p = np.zeros(1_000_000, dtype=np.float32), np.ones(1_000_000, dtype=np.float32)
    loss = db.loss("huber")
    tracemalloc.start()
    try:
        loss.value(y, p)
        assert tracemalloc.get_traced_memory()[1] < 100_000
        tracemalloc.reset_peak()
        gradient = loss.value_and_gradient(y, p)[1]
        assert tracemalloc.get_traced_memory()[1] < gradient.nbytes + 100_000
    finally:
        tracemalloc.stop()
    # What is not allocated through Python: the process has never needed more than it has now and a little.
    before = _peak()
    large = np.zeros(20_000_000, dtype=np.float32)
    large[:] = 1.0
    held = _peak() - before
    loss.value(large, large)
    assert _peak() - before - held < large.nbytes / 4


def _peak():
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
