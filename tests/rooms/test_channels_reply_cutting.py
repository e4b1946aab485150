"""The new words of a reply, from the mail programs that people use, in five languages."""

from __future__ import annotations

import pytest

from backline.channels.mail.bounces import read_bounce
from backline.channels.mail.charsets import header_text
from backline.channels.mail.html_text import html_to_text
from backline.channels.mail.parsing import addresses, parse
from backline.channels.mail.reply_cutting import cut_reply

GMAIL = (
    "Here it is.\n"
    "\n"
    "On Mon, Nov 23, 2026 at 9:12 AM Meridian <service@meridian.example> wrote:\n"
    "\n"
    "> We need it.\n"
    "> Thanks\n"
)
GMAIL_BROKEN = (
    "Here it is.\n\nOn Mon, Nov 23, 2026 at 9:12 AM Meridian\n<service@meridian.example> wrote:\n\n> We need it.\n"
)
GMAIL_DE = (
    "Anbei.\n\nAm Mo., 23. Nov. 2026 um 09:12 Uhr schrieb Meridian <service@meridian.example>:\n\n> Bitte senden.\n"
)
GMAIL_FR = "Voilà.\n\nLe lun. 23 nov. 2026 à 09:12, Meridian <service@meridian.example> a écrit :\n\n> Merci.\n"
GMAIL_ES = (
    "Aquí está.\n\nEl lun, 23 nov 2026 a las 9:12, Meridian (<service@meridian.example>) escribió:\n\n> Gracias.\n"
)
GMAIL_NL = "Hierbij.\n\nOp ma 23 nov 2026 om 09:12 schreef Meridian <service@meridian.example>:\n\n> Dank u.\n"
OUTLOOK = (
    "Attached.\n"
    "\n"
    "Best\n"
    "Ann\n"
    "\n"
    "________________________________\n"
    "From: Meridian <service@meridian.example>\n"
    "Sent: Monday, November 23, 2026 9:12 AM\n"
    "To: Ann\n"
    "Subject: Your bill\n"
    "\n"
    "We need it.\n"
)
OUTLOOK_DE = (
    "Im Anhang.\n"
    "\n"
    "Von: Meridian <service@meridian.example>\n"
    "Gesendet: Montag, 23. November 2026 09:12\n"
    "An: Ann\n"
    "Betreff: Ihre Rechnung\n"
    "\n"
    "Wir brauchen sie.\n"
)
OUTLOOK_FR = (
    "Ci-joint.\n"
    "\n"
    "De : Meridian <service@meridian.example>\n"
    "Envoyé : lundi 23 novembre 2026 09:12\n"
    "À : Ann\n"
    "Objet : Facture\n"
    "\n"
    "Merci.\n"
)
OUTLOOK_ES = (
    "Adjunto.\n"
    "\n"
    "De: Meridian <service@meridian.example>\n"
    "Enviado el: lunes, 23 de noviembre de 2026 9:12\n"
    "Para: Ann\n"
    "Asunto: Factura\n"
    "\n"
    "Gracias.\n"
)
OUTLOOK_NL = (
    "Bijgevoegd.\n"
    "\n"
    "Van: Meridian <service@meridian.example>\n"
    "Verzonden: maandag 23 november 2026 09:12\n"
    "Aan: Ann\n"
    "Onderwerp: Rekening\n"
    "\n"
    "Dank u.\n"
)
OLD_OUTLOOK = "Done.\n\n-----Original Message-----\nFrom: Meridian\nSent: Monday\nTo: Ann\nSubject: x\n\nold\n"
OLD_DE = "Erledigt.\n\n-----Ursprüngliche Nachricht-----\nVon: Meridian\nGesendet: Montag\nAn: Ann\n\nalt\n"
APPLE = (
    "See attached.\n"
    "\n"
    "Sent from my iPhone\n"
    "\n"
    "> On 23 Nov 2026, at 09:12, Meridian <service@meridian.example> wrote:\n"
    "> \n"
    "> We need it.\n"
)
APPLE_DE = (
    "Siehe Anhang.\n"
    "\n"
    "Von meinem iPhone gesendet\n"
    "\n"
    "> Am 23.11.2026 um 09:12 schrieb Meridian <service@meridian.example>:\n"
    "> \n"
    "> Bitte.\n"
)
THUNDERBIRD = "On 11/23/26 09:12, Meridian wrote:\n> Which hospital?\n\nSt Mary's.\n"
BETWEEN = "On 11/23/26 09:12, Meridian wrote:\n> Which hospital?\nSt Mary's.\n> When?\nIn May.\n"
SIGNED = "Yes, do it.\n\n-- \nAnn Meyer\nDirector of Everything\n"
PLAIN = "I wrote to you on Monday: nobody answered.\nFrom now on: please call.\n"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (GMAIL, "Here it is."), (GMAIL_BROKEN, "Here it is."), (GMAIL_DE, "Anbei."), (GMAIL_FR, "Voilà."),
        (GMAIL_ES, "Aquí está."), (GMAIL_NL, "Hierbij."), (OUTLOOK, "Attached.\n\nBest\nAnn"),
        (OUTLOOK_DE, "Im Anhang."), (OUTLOOK_FR, "Ci-joint."), (OUTLOOK_ES, "Adjunto."), (OUTLOOK_NL, "Bijgevoegd."),
        (OLD_OUTLOOK, "Done."),
        (OLD_DE, "Erledigt."), (APPLE, "See attached."), (APPLE_DE, "Siehe Anhang."), (THUNDERBIRD, "St Mary's."),
        (SIGNED, "Yes, do it."), (PLAIN, PLAIN.strip()), ("", ""),
    ],
)  # fmt: skip
def test_only_the_new_words_stay(message: str, said: str) -> None:
    assert cut_reply(message) == said


def test_answers_between_the_quoted_lines_stay() -> None:
    assert "St Mary's." in cut_reply(BETWEEN)
    assert "In May." in cut_reply(BETWEEN)
    assert "Which hospital?" not in cut_reply(BETWEEN)


def test_html_is_read_as_its_text_and_never_run() -> None:
    page = "<style>p{}</style><p>Hello&nbsp;&amp; <b>bye</b></p><script>alert(1)</script><ul><li>one</ul>"
    page += "<blockquote>old</blockquote>"

    assert html_to_text(page) == "Hello & bye\n\n- one\n\n> old"


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?iso-8859-1?q?Gr=FC=DFe?= Ann", "Grüße Ann"),
        ("=?no-such?b?R3I=?=", "Gr"),
        ("=?utf-8?b?broken", "=?utf-8?b?broken"),
        ("bell\x07", "bell"),
    ],
)
def test_headers_are_read_in_whatever_charset_they_claim(header: str, read: str) -> None:
    assert header_text(header) == read


def test_the_address_in_angle_brackets_is_the_sender() -> None:
    assert addresses('"ann@good.example" <eve@bad.example>') == (("ann@good.example", "eve@bad.example"),)
    assert addresses("A <a@x.example>, b@y.example") == (("A", "a@x.example"), ("", "b@y.example"))


def test_small_pictures_within_the_text_are_no_attachments() -> None:
    raw = (
        b"From: a@b.example\nContent-Type: multipart/related; boundary=b\n\n"
        b'--b\nContent-Type: text/html\n\n<p>Hi<img src="cid:logo"></p>\n'
        b"--b\nContent-Type: image/png\nContent-ID: <logo>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
        b"--b\nContent-Type: application/pdf; name=bill.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0=\n--b--\n"
    )

    assert [one.name for one in parse(raw).attachments] == ["bill.pdf"]


def test_a_bounce_in_free_words_names_the_message_that_it_encloses() -> None:
    raw = (
        b"From: Mail Delivery System <mailer-daemon@mx.example>\nSubject: Undelivered mail\n\n"
        b"550 5.1.1 no such user\n\nMessage-ID: <abc@reply.example>\nTo: x@y.example\n"
    )

    found = read_bounce(parse(raw))
    assert (found.message_ids, found.status, found.for_good) == (("abc@reply.example",), "5.1.1", True)
