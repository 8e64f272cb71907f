"""What both peers in PyTorch share: one thread, the networks as leaves of
matrices and biases, and their forward."""

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

import protocol  # noqa: E402

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


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
        x = torch.addmm(p[k + 1], x, p[k]).relu_()
    return torch.addmm(p[last + 1], x, p[last])


def total(p):
    return sum(leaf.detach().double().sum().item() for leaf in p)


def online_loss(networks, pair, taken):
    """V(s) and V(s') are one product of two rows; cross-entropy of the action
    taken is -log pi(a|s), and error is minus the advantage"""
    policy, value = networks
    v, w = forward(value, pair).unbind()
    error = v - (1 + 0.99 * w.detach())
    chosen = torch.nn.functional.cross_entropy(
        forward(policy, pair[:1]), taken
    )
    return (error * error - chosen * error.detach()).sum()


def distil_loss(networks, rows, targets):
    logits = forward(networks[0], rows)
    return torch.nn.functional.cross_entropy(logits, targets)


class Online:
    """learner: of [(weights, rate), ...] and a loss; minimize(*its data)"""

    def __init__(self, learner, n, data):
        layers = protocol.sizes(n)
        self.networks = [
            (make(layers[name], data[name]), rate)
            for name, rate in protocol.RATES.items()
        ]
        self.learner = learner(self.networks, online_loss)
        rows = torch.tensor(data["observations"], dtype=torch.float32)
        rows = rows.reshape(-1, 6)[:, :4].contiguous()
        self.pairs = [rows[k:k + 2].clone() for k in range(len(rows) - 1)]
        self.taken = [torch.tensor([0]), torch.tensor([1])]

    def step(self, k):
        self.learner.minimize(self.pairs[k & 1022], self.taken[k & 1])

    def sums(self):
        return tuple(total(p) for p, _ in self.networks)


class Distil:
    def __init__(self, learner, n, batch, data):
        self.batch = batch
        policy = make(protocol.sizes(n)["policy"], data["policy"])
        self.networks = [(policy, protocol.RATES["policy"])]
        self.learner = learner(self.networks, distil_loss)
        self.x = torch.tensor(data["inputs"], dtype=torch.float32)
        self.q = torch.tensor(data["targets"], dtype=torch.float32)

    def one_pass(self, shuffled):
        x, q = self.x, self.q
        if shuffled:
            order = torch.randperm(protocol.ENTRIES)
            x, q = x[order], q[order]
        for rows, targets in zip(x.split(self.batch), q.split(self.batch)):
            self.learner.minimize(rows, targets)

    def sums(self):
        return (total(self.networks[0][0]),)


def serve(form, learner):
    protocol.serve(
        "torch",
        f"{torch.__version__} {form}",
        lambda *sizes: Online(learner, *sizes),
        lambda *sizes: Distil(learner, *sizes),
    )
