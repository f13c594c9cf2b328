"""What can be learned from use: candidates to review in the best order, and the drift of each week."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from classifier.drift import training_profile, unseen
from classifier.examples import Example
from classifier.model import Model
from classifier.selection import uncertain_and_diverse
from service.accounts.model import Actor
from service.intake import store
from service.learning.model import Candidate, Week, candidates, week_figures, week_of
from service.storage.database import Database


def to_review(database: Database, actor: Actor, model: Model, rows: Sequence[Example], limit: int) -> list[Candidate]:
    """At most `limit` decided texts that are not among the training rows: the doubtful and the different first.

    Of those that the actor sees.
    """
    from scipy.sparse import csr_matrix

    known = frozenset(row.text for row in rows)
    with database.read() as connection:
        waiting = candidates(store.used_suggestions(connection, actor), known)
    read = [model.read(one.text).row for one in waiting]
    places = np.repeat(np.arange(len(read)), [len(row.indices) for row in read])
    columns = np.concatenate([row.indices for row in read]) if read else np.empty(0)
    values = np.concatenate([row.values for row in read]) if read else np.empty(0)
    matrix = csr_matrix((values, (places, columns)), shape=(len(read), len(model.vectorizer.idf)))
    order = uncertain_and_diverse(matrix, np.array([one.doubt for one in waiting]), limit)
    return [waiting[number] for number in order]


def weekly_drift(database: Database, actor: Actor, model: Model, rows: Sequence[Example], weeks: int) -> list[Week]:
    """The latest `weeks` weeks in which anything came in, oldest first, each against the training rows."""
    before = training_profile(model, rows)
    with database.read() as connection:
        found = [
            (name, list(kept))
            for name, kept in groupby(
                store.used_suggestions(connection, actor), key=lambda one: week_of(one.created_at)
            )
        ]
    return [
        week_figures(name, kept, unseen(model, [one.shown["text"] for one in kept]), before)
        for name, kept in found[-weeks:]
    ]
