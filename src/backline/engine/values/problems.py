"""Why a person's input cannot be taken, in words for that person."""

from __future__ import annotations

from collections.abc import Mapping


class ValueProblem(ValueError):
    """Input that is no value of the fact's type. ``message`` is English; ``code`` and ``arguments`` let others
    translate it.

    ``TEXTS[language][code].format(**arguments)`` is the same sentence in the languages known here.
    """

    def __init__(self, message: str, code: str = "", arguments: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.arguments: Mapping[str, str] = arguments or {}

    def in_language(self, language: str) -> str:
        """The sentence in a language, if it is known in it, else in English."""
        text = TEXTS.get(language[:2].lower(), {}).get(self.code, "")
        return text.format(**self.arguments) if text else self.message


def refuse(code: str, **arguments: str) -> ValueProblem:
    """The problem of that code."""
    return ValueProblem(TEXTS["en"][code].format(**arguments), code, arguments)


TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "empty": "Please fill this in.",
        "too long": "This is too long: {most} characters at most.",
        "sign": "This has a character that cannot be kept.",
        "integer": "Please write a whole number, such as 3.",
        "decimal": "Please write a number, such as 12.5.",
        "too large": "This number is too large.",
        "money": "Please write an amount, such as 1,234.50 {currency}.",
        "currency": "Please say the currency too, such as 20 EUR.",
        "ambiguous amount": "We cannot tell how much {text} is. Please write it without separators, such as 1234.50.",
        "places": "{currency} has {places} decimal places at most.",
        "date": "Please write a date, such as 12 March 2026.",
        "no such day": "There is no such day in the calendar.",
        "ambiguous date": "We cannot tell the day from the month in {text}. "
        "Please write the month as a word, such as 12 March 2026.",
        "datetime": "Please write a date and a time, such as 12 March 2026 14:30.",
        "duration": "Please write a length of time, such as 3 days or 90 minutes.",
        "yes/no": "Please answer yes or no.",
        "choice": "Please choose one of: {choices}.",
        "choices": "Please choose among: {choices}.",
        "not offered": "This is not offered any more. Please choose again.",
        "e-mail": "Please write an e-mail address, such as name@example.org.",
        "phone": "Please write a telephone number, such as +49 30 1234567.",
        "address": "Please write street, postcode and town.",
        "person": "Please write the person's full name.",
        "kind": "This cannot be typed in.",
    },
    "de": {
        "empty": "Bitte füllen Sie dieses Feld aus.",
        "too long": "Das ist zu lang: höchstens {most} Zeichen.",
        "sign": "Darin steht ein Zeichen, das nicht gespeichert werden kann.",
        "integer": "Bitte geben Sie eine ganze Zahl ein, etwa 3.",
        "decimal": "Bitte geben Sie eine Zahl ein, etwa 12,5.",
        "too large": "Diese Zahl ist zu groß.",
        "money": "Bitte geben Sie einen Betrag ein, etwa 1.234,50 {currency}.",
        "currency": "Bitte nennen Sie auch die Währung, etwa 20 EUR.",
        "ambiguous amount": "Es ist nicht klar, wie viel {text} ist. Bitte ohne Trennzeichen schreiben, etwa 1234,50.",
        "places": "{currency} hat höchstens {places} Nachkommastellen.",
        "date": "Bitte geben Sie ein Datum ein, etwa 12. März 2026.",
        "no such day": "Diesen Tag gibt es nicht.",
        "ambiguous date": "Tag und Monat sind in {text} nicht zu unterscheiden. "
        "Bitte den Monat ausschreiben, etwa 12. März 2026.",
        "datetime": "Bitte geben Sie Datum und Uhrzeit ein, etwa 12. März 2026 14:30.",
        "duration": "Bitte geben Sie eine Dauer ein, etwa 3 Tage oder 90 Minuten.",
        "yes/no": "Bitte antworten Sie mit ja oder nein.",
        "choice": "Bitte wählen Sie eines von: {choices}.",
        "choices": "Bitte wählen Sie unter: {choices}.",
        "not offered": "Das wird nicht mehr angeboten. Bitte wählen Sie neu.",
        "e-mail": "Bitte geben Sie eine E-Mail-Adresse ein, etwa name@example.org.",
        "phone": "Bitte geben Sie eine Telefonnummer ein, etwa +49 30 1234567.",
        "address": "Bitte geben Sie Straße, Postleitzahl und Ort an.",
        "person": "Bitte geben Sie den vollen Namen der Person an.",
        "kind": "Das kann nicht eingetippt werden.",
    },
}
