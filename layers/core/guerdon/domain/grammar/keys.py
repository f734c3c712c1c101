"""Every key that a program file may have, where it may stand, and what it is: one list for grammar and schema.

Each mapping of the language has its keys here in the order in which people are told of them, with a description for
editors. The grammar reads no other key, and `schema` publishes these.
"""

from collections.abc import Mapping
from typing import Final

Keys = Mapping[str, str]

PROGRAM: Final[Keys] = {
    "program": "Its name in deal events: lower-case letters, digits and dashes, at most 63.",
    "title": "Its name in mails.",
    "legal_entity": "Whose books the rewards are in.",
    "currency": "ISO 4217 code; every amount of the file is in it.",
    "time_zone": "IANA time zone of counting periods, of dates in conditions, and of the books' dates.",
    "starts_at": "Date and time with a zone; deals that closed before earn nothing.",
    "ends_at": "Date and time with a zone; deals that closed then or later earn nothing.",
    "effective_from": "Date and time with a zone; this version judges deals from then on.",
    "judged_by": "Which moment of a deal is compared with effective_from: closed (default) or referred.",
    "exchange": "Rates for deals in other currencies; without it they wait for a person where their amount is needed.",
    "counting": "What an ordinal (first, second, third referral) counts, and when the count starts over.",
    "triggers": "The events that earn; only deal.closed if it is left out.",
    "choose": "Which of the rules that apply decides: first (default), best, or stack.",
    "hold_days": "Whole days between a deal's closing and the payment, 0 (default) to 330.",
    "limits": "The most that the program gives: of one reward, to one advocate, and in all.",
    "ceilings": "The most that is released in a day; what would cross one waits for a person.",
    "told_within_days": "Days after a deal's closing, 1 to 3660; what is told of it later needs approval.",
    "rules": "What is paid, for what, and how.",
}

EXCHANGE: Final[Keys] = {
    "rates": "What one unit of each other currency is worth in units of the program's.",
    "pay_in": "program (default): the deal's amounts are converted. deal: the file's amounts are; not with limits.",
}

COUNTING: Final[Keys] = {
    "by": "What is counted together: deals of the program (default), of a product, or of a group of programs.",
    "group": "The name that programs which count together share; with by: group only.",
    "period": "When the count starts over, in the program's time zone; lifetime if it is left out.",
    "fiscal_year_starts": "Month and day on which a fiscal year starts, such as 04-01; with fiscal_year only.",
    "days": "How many days up to a deal's closing day are counted, 1 to 3660; with rolling_days only.",
}

TRIGGER: Final[Keys] = {
    "per_deal": "How often at most it is rewarded for one deal, 1 to 120; for events that happen again and again.",
}

RULE: Final[Keys] = {
    "name": "Its name in explanations; no two rules share one.",
    "on": "The event that it is for, or a list of them; may be left out if the program has one trigger.",
    "rewards": "Who is paid: advocate (default) or referred, the new customer.",
    "when": "The conditions under which it applies: every one has to hold. It always applies if this is left out.",
    "amount": "What it pays: one kind of amount, and optionally every, min and max.",
    "channel": "How it is paid: a channel, a choice, or a list of cases of which the first that fits decides.",
    "item": "The merchandise that is sent; with channel merchandise only.",
    "hold_days": "Whole days between a deal's closing and the payment, 0 to 330, in the place of the program's.",
}

TEXT_CONDITIONS: Final[Keys] = {
    "products": "Any of the deal's lines has one of these skus (deal.products[].sku).",
    "segments": "advocate.segment is one of these.",
    "advocate_types": "advocate.type is one of these.",
    "countries": "advocate.country is one of these ISO 3166 codes.",
    "methods": "referral.method is one of these.",
    "regions": "deal.region is one of these.",
    "currencies": "The deal is in one of these currencies.",
}

FLAG_CONDITIONS: Final[Keys] = {
    "sales_involved": "Whether sales helped with the referral (referral.sales_involved).",
    "first_purchase": "Whether it is the new customer's first purchase (referred.first_purchase).",
}

SIZE_CONDITIONS: Final[Keys] = {
    "deal_amount": "The deal's amount is at least from and below below.",
    "amounts": "Named amounts of the deal, such as first_year, each at least from and below below.",
    "units": "The units of all of the deal's lines together are at least from and below below.",
}

MOMENT_CONDITIONS: Final[Keys] = {
    "closed": "The deal closed not before from, and before before.",
    "referred": "The customer was referred not before from, and before before (referral.referred_at).",
}

LOGIC: Final[Keys] = {
    "all": "Every one of these conditions holds.",
    "any": "At least one of these conditions holds.",
    "not": "This condition does not hold; what a deal does not say holds nothing.",
}

WHEN: Final[Keys] = {**TEXT_CONDITIONS, **FLAG_CONDITIONS, **SIZE_CONDITIONS, **MOMENT_CONDITIONS, **LOGIC}

RANGE: Final[Keys] = {
    "from": "The least that is in it.",
    "below": "The least that is not in it any more.",
}

SPAN: Final[Keys] = {
    "from": "The first moment in it; a date means midnight in the program's time zone.",
    "before": "The first moment that is not in it any more.",
}

KINDS: Final[Keys] = {
    "flat": "The same amount for every deal.",
    "percentage": "A share of the deal's amount, or of a named one.",
    "tiers": "By the size of the deal: the whole deal is paid by the tier that it falls into.",
    "graduated": "By slices of the deal's amount, each at its own rate, added up.",
    "escalating": "By the referrals counted so far: from the n-th on.",
    "table": "By both: tiers of deal size by steps of referrals.",
    "per_unit": "So much for each unit, such as a seat.",
    "per_line": "Each line of the deal is paid by the first entry for its product.",
    "set_by_sales": "What sales set for the deal in the CRM, within bounds.",
}

BOUNDS: Final[Keys] = {
    "every": "What is added on every n-th referral.",
    "min": "The least that the rule pays in all, bonus included.",
    "max": "The most that the rule pays in all, bonus included.",
}

AMOUNT: Final[Keys] = {**KINDS, **BOUNDS}

PERCENTAGE: Final[Keys] = {
    "rate": "In percent, above 0 and at most 100.",
    "of": "The named amount that it is a share of; the deal's own, amount, if it is left out.",
    "min": "The least that the share pays.",
    "max": "The most that the share pays.",
}

TIERED: Final[Keys] = {
    "of": "The named amount by which a deal falls into a tier, and that its percentages are of.",
    "bands": "The tiers in ascending order, the first from 0.",
}

TIER: Final[Keys] = {
    "from": "The least amount that belongs to the tier; it ends below the next one's.",
    "flat": KINDS["flat"],
    "percentage": KINDS["percentage"],
}

GRADUATED: Final[Keys] = {
    "of": "The named amount that is sliced.",
    "slices": "The slices in ascending order, the first from 0.",
}

SLICE: Final[Keys] = {
    "from": "Where the slice begins; it ends where the next one begins.",
    "rate": "The percentage that the part of the amount in the slice pays.",
    "flat": "What is added as soon as the amount is above from.",
}

STEP: Final[Keys] = {
    "from": "The first referral of the step; it ends before the next one's.",
    **{key: text for key, text in KINDS.items() if key not in {"escalating", "table"}},
}

TABLE: Final[Keys] = {
    "of": "The named amount by which a deal falls into a row, and that percentages are of.",
    "tiers": "The least amount of each row, ascending from 0.",
    "steps": "The first referral of each column, ascending from 1.",
    "pays": "A row for each tier, with a cell for each step: an amount, or a percentage such as 2.5 %.",
}

PER_UNIT: Final[Keys] = {
    "amount": "What one unit pays.",
    "products": "The products whose units are counted; those of every line if it is left out.",
}

LINE: Final[Keys] = {
    "products": "The products that the entry is for; every one if it is left out.",
    "flat": "The same amount for the line, whatever its quantity.",
    "percentage": "A share of the line's own amount.",
    "per_unit": "So much for each unit of the line.",
}

LINE_PERCENTAGE: Final[Keys] = {key: text for key, text in PERCENTAGE.items() if key != "of"}

SET_BY_SALES: Final[Keys] = {
    "min": "The least that sales may set.",
    "max": "The most that sales may set.",
    "default": "What is paid if sales set nothing; without it such a deal waits for a person.",
    "outside": "An amount out of bounds waits for a person (attention, default), or pays the bound (clamp).",
}

BONUS: Final[Keys] = {
    "nth": "On every so many counted referrals.",
    "bonus": "What is added.",
}

CHOICE: Final[Keys] = {
    "choice": "The channels that the rewarded person may choose from.",
    "default": "The one that is used if they chose none of them.",
}

CASE: Final[Keys] = {
    "from": "The least amount of the reward that the case is for.",
    "countries": "The ISO 3166 codes of the rewarded person's country that the case is for.",
    "pay_by": "The channel, or a choice of channels.",
}

ITEM: Final[Keys] = {
    "catalog_variant_id": "Of the Printful catalog.",
    "name": "What the advocate is told.",
    "artwork_url": "https address of the artwork; Printful fetches it.",
    "placement": "front, if it is left out.",
    "technique": "dtg, if it is left out.",
}

SCOPES: Final[Keys] = {
    "reward": "Limits of one reward.",
    "advocate": "Limits of all that one rewarded person earns in the program in a period.",
    "program": "Limits of all that the program gives in a period: its budget.",
}

LIMIT: Final[Keys] = {
    "max": "The most, in the program's currency.",
    "period": "When the sum starts over; not for a limit of one reward.",
    "over": "What becomes of a reward that is over it: cut, refuse, or approval by a person.",
}

CEILINGS: Final[Keys] = {
    "payouts_per_day": "How many payouts are released in a day at most.",
    "amount_per_day": "How much they may be worth together, in the program's currency.",
}
