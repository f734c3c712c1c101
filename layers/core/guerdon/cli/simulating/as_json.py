"""What was found, for a script: amounts in minor units."""

from dataclasses import asdict
from fractions import Fraction

from guerdon.application.replay.comparing import Difference
from guerdon.application.replay.labels import part_label, rule_label, step_label, tier_label
from guerdon.application.replay.summary import bins, rule_costs
from guerdon.application.replay.totals import Totals
from guerdon.cli.simulating.found import Found


def as_json(found: Found) -> dict[str, object]:
    """It as one document."""
    content: dict[str, object] = {"program": found.totals.program.name, "currency": found.currency}
    content |= _totals(found.totals) | {"leads": found.leads, "notes": list(found.hints)}
    if found.versus is not None:
        differences = found.versus.differences
        content["against"] = _totals(found.versus.totals) | {
            "advocates_who_gain": differences.gain,
            "advocates_who_lose": differences.lose,
            "advocates_who_earn_the_same": differences.same,
            "gained_minor": differences.gained_minor,
            "lost_minor": differences.lost_minor,
            "most_gained": [_person(one) for one in differences.most_gained],
            "most_lost": [_person(one) for one in differences.most_lost],
            "deals_whose_rule_changes": found.versus.changes.changed,
            "rule_changes": [
                {"from": key.other, "to": key.one, "deals": count} for key, count in found.versus.changes.ranked()
            ],
        }
    if found.back is not None:
        reckoned = {name: value for name, value in asdict(found.back).items() if name != "assumed"}
        content["return"] = {name: _number(value) for name, value in reckoned.items()}
    if found.forecast is not None:
        forecast = found.forecast
        content["forecast"] = {
            "months": forecast.months,
            "base": list(forecast.base),
            "volume": float(forecast.volume),
            "advocates": forecast.advocates,
            "cost_minor": asdict(forecast.cost),
            "deals": asdict(forecast.deals),
            "revenue_minor": asdict(forecast.revenue),
            "limits": [
                {"max_minor": one.limit.most.amount_minor, "period": one.limit.period, "over": one.limit.over.value,
                 "share_of_draws": float(one.share), "month": one.month}
                for one in forecast.limits
            ],
        }  # fmt: skip
    return content


def _totals(totals: Totals) -> dict[str, object]:
    program = totals.program
    return {
        "deals": totals.deals,
        "revenue_minor": totals.revenue,
        "rewarded_deals": totals.rewarded,
        "rewarded_revenue_minor": totals.rewarded_revenue,
        "rewards": totals.rewards,
        "granted_minor": totals.earned,
        "cost_minor": totals.cost,
        "outcomes": [
            {"beneficiary": who.value, "outcome": outcome.value, "deals": count}
            for (who, outcome), count in sorted(totals.outcomes.items())
        ],
        "rules": [
            {"rule": name, "rewards": count, "cost_minor": minor} for name, (count, minor) in rule_costs(totals).items()
        ],
        "parts": [
            {
                "rule": rule_label(program, cell),
                "part": part_label(program, cell),
                "step": step_label(program, cell),
                "tier": tier_label(program, cell),
                "rewards": count,
                "cost_minor": minor,
            }
            for cell, (count, minor) in sorted(totals.cells.items(), key=lambda one: str(one[0]))
        ],
        "channels": [
            {"channel": channel, "rewards": count, "cost_minor": minor}
            for channel, (count, minor) in sorted(totals.channels.items())
        ],
        "months": [
            {
                "month": month,
                "deals": deals,
                "rewards": rewards,
                "cost_minor": cost,
                "revenue_minor": revenue,
                "rewarded_revenue_minor": rewarded,
            }
            for month, (deals, rewards, cost, revenue, rewarded) in sorted(totals.months.items())
        ],
        "amounts": [{"amount": label, "rewards": times} for label, times in bins(totals)],
        "limits": [
            {
                "scope": key.scope.value,
                "period": key.period or None,
                "over": key.over.value,
                "max_minor": key.most,
                "first_at": use.first_at.isoformat(),
                "first_deal": use.first_deal,
                "times": use.times,
                "amount_minor": use.withheld,
            }
            for key, use in sorted(totals.limits.items())
        ],
        "waiting": _waiting(totals),
        "attention": [{"why": why, "deals": count} for why, count in sorted(totals.attention.items())],
    }


def _waiting(totals: Totals) -> dict[str, object] | None:
    """What would have waited for a person; None of a program without ceilings that takes what is told late."""
    stopped, ceilings = totals.stopped, totals.program.ceilings
    if stopped is None:
        return None
    found: dict[str, object] = {"at_ceilings": None, "told_late": None}
    if ceilings is not None:
        most = ceilings.amount_per_day
        found["at_ceilings"] = {
            "payouts_per_day": ceilings.payouts_per_day,
            "amount_per_day_minor": most.amount_minor if most is not None else None,
            "payouts": stopped.in_all.count,
            "worth_minor": stopped.in_all.minor,
            "days": [
                {
                    "day": day,
                    "released": released.payouts if released is not None else 0,
                    "released_minor": {one.currency: one.amount_minor for one in released.amounts} if released else {},
                    "waiting": waiting.count,
                    "waiting_minor": waiting.minor,
                }
                for day, waiting in sorted(stopped.waiting.items())
                for released in (stopped.released.get(day),)
            ],
        }
    if totals.program.told_within_days is not None:
        found["told_late"] = {
            "told_within_days": totals.program.told_within_days,
            "rewards": stopped.late.count,
            "worth_minor": stopped.late.minor,
            "not_judged": stopped.untold,
        }
    return found


def _person(difference: Difference) -> dict[str, object]:
    return {
        "advocate": difference.advocate,
        "cost_minor": difference.one,
        "against_minor": difference.other,
        "difference_minor": difference.by,
    }


def _number(value: object) -> object:
    return round(float(value), 6) if isinstance(value, Fraction) else value
