"""The work in PyTorch as one compiled function a step, one thread: gradients by
torch.func, Adam in the kernel's form, all in a single graph of torch.compile.
Its fastest form for small networks; it needs a C++ compiler to start."""

import math
import os
import sys

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
sys.dont_write_bytecode = True

try:
    import torch
except ImportError:
    print("missing: torch", flush=True)
    sys.exit(69)

import torch.nn.functional as F  # noqa: E402

import protocol  # noqa: E402

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
torch._dynamo.config.recompile_limit = 1000  # a compilation a size
ROOT = math.sqrt(1 - 0.999)


def make(layers, weights):
    """matrix, bias, matrix, bias, ..."""
    flat = torch.tensor(weights, dtype=torch.float32)
    leaves = []
    for rows, cols, matrix, bias, end in protocol.slices(layers):
        leaves.append(flat[matrix:bias].reshape(rows, cols).clone())
        leaves.append(flat[bias:end].clone())
    return leaves


def forward(p, x):
    last = len(p) - 2
    for k in range(0, last, 2):
        x = torch.addmm(p[k + 1], x, p[k]).relu()
    return torch.addmm(p[last + 1], x, p[last])


def total(p):
    return sum(leaf.double().sum().item() for leaf in p)


class Learner:
    def __init__(self, networks, loss):
        """networks: (weights, rate); loss(networks' weights, *data)"""
        self.p = [p for p, _ in networks]
        self.m = [[torch.zeros_like(w) for w in p] for p in self.p]
        self.v = [[torch.zeros_like(w) for w in p] for p in self.p]
        self.rates = [rate for _, rate in networks]
        self.power1 = self.power2 = 1.0
        self.scales = torch.zeros(len(networks))
        gradient = torch.func.grad(loss)

        def step(p, m, v, scales, *data):
            g = gradient(p, *data)
            e = 1e-7 / ROOT
            for i in range(len(p)):
                for k in range(len(p[i])):
                    m[i][k].mul_(0.9).add_(g[i][k])
                    v[i][k].mul_(0.999).add_(g[i][k] * g[i][k])
                    p[i][k].sub_(
                        scales[i] * m[i][k] / (v[i][k].sqrt() + e)
                    )

        self.step = torch.compile(step, dynamic=False, fullgraph=True)

    def minimize(self, *data):
        self.power1 *= 0.9
        self.power2 *= 0.999
        factor = math.sqrt(1 - self.power2) / (1 - self.power1) * 0.1 / ROOT
        for i, rate in enumerate(self.rates):
            self.scales[i] = rate * factor
        with torch.no_grad():
            self.step(self.p, self.m, self.v, self.scales, *data)


def online_loss(networks, pair, taken):
    policy, value = networks
    v, w = forward(value, pair).unbind()
    error = v - (1 + 0.99 * w.detach())
    chosen = F.cross_entropy(forward(policy, pair[:1]), taken)
    return (error * error - chosen * error.detach()).sum()


def distil_loss(networks, rows, targets):
    return F.cross_entropy(forward(networks[0], rows), targets)


class Online:
    def __init__(self, n, data):
        layers = protocol.sizes(n)
        networks = [
            (make(layers[name], data[name]), rate)
            for name, rate in protocol.RATES.items()
        ]
        self.learner = Learner(networks, online_loss)
        rows = torch.tensor(data["observations"], dtype=torch.float32)
        rows = rows.reshape(-1, 6)[:, :4].contiguous()
        self.pairs = [rows[k:k + 2].clone() for k in range(len(rows) - 1)]
        self.taken = [torch.tensor([0]), torch.tensor([1])]

    def step(self, k):
        self.learner.minimize(self.pairs[k & 1022], self.taken[k & 1])

    def sums(self):
        return tuple(total(p) for p in self.learner.p)


class Distil:
    def __init__(self, n, batch, data):
        self.batch = batch
        policy = make(protocol.sizes(n)["policy"], data["policy"])
        networks = [(policy, protocol.RATES["policy"])]
        self.learner = Learner(networks, distil_loss)
        self.x = torch.tensor(data["inputs"], dtype=torch.float32)
        self.q = torch.tensor(data["targets"], dtype=torch.float32)

    def one_pass(self, shuffled):
        x, q = self.x, self.q
        if shuffled:
            order = torch.randperm(protocol.ENTRIES)
            x, q = x[order], q[order]
        for rows, targets in zip(x.split(self.batch), q.split(self.batch)):
            self.learner.minimize(rows.clone(), targets.clone())

    def sums(self):
        return (total(self.learner.p[0]),)


def works():
    try:
        torch.compile(lambda x: x + 1)(torch.ones(1))
    except Exception as error:  # the compiler's own, many kinds
        print(f"missing: torch.compile: {error}".splitlines()[0], flush=True)
        sys.exit(69)


works()
protocol.serve("torch", f"{torch.__version__} compiled", Online, Distil)
