"""The work in PyTorch by autograd, one thread: a step is one backward of both
losses and one torch.optim.Adam over both networks, fused where this version
has it for the CPU, else foreach; V(s) and V(s') are one product of two rows.
The kernel's epsilon stands before the correction of the second moment, here
after it, hence one a step."""

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


def fastest():
    """the options of Adam that this version takes, proved by a step"""
    for form in ("fused", "foreach"):
        try:
            trial = torch.ones(4, requires_grad=True)
            trial.grad = torch.ones(4)
            torch.optim.Adam([trial], **{form: True}).step()
            return form, {form: True}
        except (RuntimeError, TypeError, ValueError, NotImplementedError):
            continue
    return "loop", {}


FORM, OPTIONS = fastest()


def make(layers, weights):
    """matrix, bias, matrix, bias, ... as leaves"""
    flat = torch.tensor(weights, dtype=torch.float32)
    leaves = []
    for rows, cols, matrix, bias, end in protocol.slices(layers):
        leaves.append(flat[matrix:bias].reshape(rows, cols).clone())
        leaves.append(flat[bias:end].clone())
    return [leaf.requires_grad_() for leaf in leaves]


def forward(p, x):
    last = len(p) - 2
    for k in range(0, last, 2):
        x = torch.addmm(p[k + 1], x, p[k]).relu_()
    return torch.addmm(p[last + 1], x, p[last])


def total(p):
    return sum(leaf.detach().double().sum().item() for leaf in p)


class Learner:
    def __init__(self, networks):
        """networks: (leaves, rate)"""
        groups = [{"params": p, "lr": rate} for p, rate in networks]
        self.adam = torch.optim.Adam(groups, betas=(0.9, 0.999), **OPTIONS)
        self.power = 1.0

    def minimize(self, loss):
        adam = self.adam
        self.power *= 0.999
        for group in adam.param_groups:
            group["eps"] = 1e-7 / math.sqrt(1 - self.power)
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()


class Online:
    def __init__(self, n, data):
        layers = protocol.sizes(n)
        self.policy, self.value = (
            make(layers[name], data[name]) for name in protocol.RATES
        )
        rates = protocol.RATES.values()
        self.learner = Learner(list(zip((self.policy, self.value), rates)))
        rows = torch.tensor(data["observations"], dtype=torch.float32)
        self.observations = rows.reshape(-1, 6)[:, :4].contiguous()
        self.taken = [torch.tensor([0]), torch.tensor([1])]

    def step(self, k):
        at = k & 1022
        pair = self.observations[at:at + 2]
        v, w = forward(self.value, pair).unbind()
        error = v - (1 + 0.99 * w.detach())
        # cross-entropy of the action taken is -log pi(a|s); error is minus
        # the advantage
        chosen = F.cross_entropy(
            forward(self.policy, pair[:1]), self.taken[k & 1]
        )
        self.learner.minimize((error * error - chosen * error.detach()).sum())

    def sums(self):
        return total(self.policy), total(self.value)


class Distil:
    def __init__(self, n, batch, data):
        self.batch = batch
        self.policy = make(protocol.sizes(n)["policy"], data["policy"])
        self.learner = Learner([(self.policy, protocol.RATES["policy"])])
        self.x = torch.tensor(data["inputs"], dtype=torch.float32)
        self.q = torch.tensor(data["targets"], dtype=torch.float32)

    def one_pass(self, shuffled):
        x, q = self.x, self.q
        if shuffled:
            order = torch.randperm(protocol.ENTRIES)
            x, q = x[order], q[order]
        for rows, targets in zip(x.split(self.batch), q.split(self.batch)):
            logits = forward(self.policy, rows)
            self.learner.minimize(F.cross_entropy(logits, targets))

    def sums(self):
        return (total(self.policy),)


protocol.serve("torch", f"{torch.__version__} {FORM}", Online, Distil)
