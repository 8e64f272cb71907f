"""The work in NumPy float32, forward, backward and Adam by hand, one thread:
weights, gradients and moments are flat arrays with views for the layers; every
product and every line of Adam writes into an array made beforehand."""

import math
import os
import sys

for library in ("OPENBLAS", "OMP", "MKL", "BLIS"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
sys.dont_write_bytecode = True

try:
    import numpy as np
except ImportError:
    print("missing: numpy", flush=True)
    sys.exit(69)

import protocol  # noqa: E402

ROOT = math.sqrt(1 - 0.999)


class Net:
    def __init__(self, layers, weights, rate, batch):
        self.p = np.array(weights, np.float32)
        self.g, self.m, self.v, self.top, self.low = (
            np.zeros_like(self.p) for _ in range(5)
        )
        self.w, self.b = self.views(layers, self.p)
        self.gw, self.gb = self.views(layers, self.g)
        self.wt = [w.T for w in self.w]
        self.rate, self.power1, self.power2, self.batch = rate, 1.0, 1.0, batch
        self.h, self.d, self.on = (
            [np.zeros((batch, size), kind) for size in layers]
            for kind in (np.float32, np.float32, np.bool_)
        )

    @staticmethod
    def views(layers, flat):
        cut = protocol.slices(layers)
        return (
            [flat[m:b].reshape(rows, cols) for rows, cols, m, b, _ in cut],
            [flat[b:end] for _, _, _, b, end in cut],
        )

    def forward(self, x):
        h, last = self.h, len(self.w) - 1
        h[0] = x
        for k, (w, b) in enumerate(zip(self.w, self.b)):
            y = np.dot(x, w, out=h[k + 1])
            y += b
            if k < last:
                np.maximum(y, 0, out=y)
            x = y
        return x

    def train(self, d):
        """backward from the gradient at the output, then Adam"""
        h = self.h
        for k in range(len(self.w) - 1, -1, -1):
            np.dot(h[k].T, d, out=self.gw[k])
            if self.batch > 1:
                np.add.reduce(d, 0, out=self.gb[k])
            else:
                self.gb[k][:] = d[0]
            if k:
                below = np.dot(d, self.wt[k], out=self.d[k])
                np.greater(h[k], 0, out=self.on[k])
                d = np.multiply(below, self.on[k], out=below)
        self.power1 *= 0.9
        self.power2 *= 0.999
        a = self.rate * math.sqrt(1 - self.power2) / (1 - self.power1)
        p, g, m, v = self.p, self.g, self.m, self.v
        top, low = self.top, self.low
        m *= 0.9
        m += g
        v *= 0.999
        np.multiply(g, g, out=g)
        v += g
        np.sqrt(v, out=low)
        low += 1e-7 / ROOT
        np.multiply(m, a * 0.1 / ROOT, out=top)
        top /= low
        p -= top

    def sum(self):
        return self.p.sum(dtype=np.float64)


def softmax(z):
    p = np.exp(z - np.maximum.reduce(z, 1, keepdims=True))
    p /= np.add.reduce(p, 1, keepdims=True)
    return p


class Online:
    def __init__(self, n, data):
        layers = protocol.sizes(n)
        self.policy, self.value = (
            Net(layers[name], data[name], rate, 1)
            for name, rate in protocol.RATES.items()
        )
        rows = np.array(data["observations"], np.float32).reshape(-1, 1, 6)
        self.observations = np.ascontiguousarray(rows[:, :, :4])
        self.head = np.zeros((1, 1), np.float32)

    def step(self, k):
        at = k & 1022
        s = self.observations[at]
        head = softmax(self.policy.forward(s))
        # V(s') first: the step needs the activations of V(s)
        w = self.value.forward(self.observations[at + 1]).item()
        error = 1 + 0.99 * w - self.value.forward(s).item()
        head[0, k & 1] -= 1
        head *= error
        self.policy.train(head)
        self.head[0, 0] = -2 * error
        self.value.train(self.head)

    def sums(self):
        return self.policy.sum(), self.value.sum()


class Distil:
    def __init__(self, n, batch, data):
        self.batch = batch
        layers = protocol.sizes(n)["policy"]
        self.net = Net(layers, data["policy"], protocol.RATES["policy"], batch)
        self.x = np.array(data["inputs"], np.float32)
        self.q = np.array(data["targets"], np.float32)
        self.draws = np.random.default_rng(1)

    def one_pass(self, shuffled):
        x, q, batch = self.x, self.q, self.batch
        if shuffled:
            order = self.draws.permutation(protocol.ENTRIES)
            x, q = x[order], q[order]
        for at in range(0, protocol.ENTRIES, batch):
            head = softmax(self.net.forward(x[at:at + batch]))
            head -= q[at:at + batch]
            head *= 1 / batch
            self.net.train(head)

    def sums(self):
        return (self.net.sum(),)


protocol.serve("numpy", np.__version__, Online, Distil)
