"""The work in PyTorch by autograd, one thread: a step is one backward of both
losses and one torch.optim.Adam over both networks, fused where this version
has it for the CPU, else foreach. The kernel's epsilon stands before the
correction of the second moment, here after it, hence one a step."""

import math

from torch_shared import serve, torch


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


class Learner:
    def __init__(self, networks, loss):
        self.p = [[w.requires_grad_() for w in p] for p, _ in networks]
        groups = [{"params": p, "lr": rate} for p, rate in networks]
        self.adam = torch.optim.Adam(groups, betas=(0.9, 0.999), **OPTIONS)
        self.loss = loss
        self.power = 1.0

    def minimize(self, *data):
        adam = self.adam
        self.power *= 0.999
        for group in adam.param_groups:
            group["eps"] = 1e-7 / math.sqrt(1 - self.power)
        adam.zero_grad(set_to_none=True)
        self.loss(self.p, *data).backward()
        adam.step()


serve(FORM, Learner)
