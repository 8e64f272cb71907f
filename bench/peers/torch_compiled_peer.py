"""The work in PyTorch as one compiled function a step, one thread: gradients by
torch.func, Adam in the kernel's form, all in a single graph of torch.compile.
Its fastest form for small networks; it needs a C++ compiler to start."""

import math
import sys

from torch_shared import serve, torch

torch._dynamo.config.recompile_limit = 1000  # a compilation a size
ROOT = math.sqrt(1 - 0.999)


class Learner:
    def __init__(self, networks, loss):
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


def works():
    try:
        torch.compile(lambda x: x + 1)(torch.ones(1))
    except Exception as error:  # the compiler's own, many kinds
        print(f"missing: torch.compile: {error}".splitlines()[0], flush=True)
        sys.exit(69)


works()
serve("compiled", Learner)
