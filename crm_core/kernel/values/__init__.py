"""Values: text from people in, normalised values or a `Problem` sentence out.

Forms, the API and imports use the same functions, so a value that one door accepts is accepted by all.
Nothing in here raises for bad input, and nothing guesses silently: what was assumed is said in the result.
"""

from crm_core.kernel.values.problem import Problem
from crm_core.kernel.values.text import clean, fold, is_blank

__all__ = ["Problem", "clean", "fold", "is_blank"]
