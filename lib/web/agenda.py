"""An agreement as a calendar file, for whoever holds the session and for nobody else.

Calendars are shared, synchronised and read over shoulders: without being asked for, the entry holds
no word of the agreement, no name and nothing of this app.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import anyio.to_thread
from icalendar import Calendar, Event
from starlette.requests import Request
from starlette.responses import Response

from lib.errors import HalfwayError, NotYours
from lib.services import access, reviews
from lib.services.house import House
from lib.web.answers import Answers

PATH = "/calendar/agreement.ics"
_NEUTRAL = "interface.talking.calendar_neutral"
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_MAKER = "-//calendar//EN"  # the format asks for one; ours would tell where the entry comes from
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'attachment; filename="reminder.ics"',
}


async def serve(house: House, answers: Answers, request: Request) -> Response:
    """The file for `?checkin=`, with `&words=1` for the sentence; NotYours for all but the two."""
    if request.method not in ("GET", "HEAD"):
        return answers.plain("not_allowed", headers={"Allow": "GET, HEAD"})
    asked_for = request.query_params
    if len(asked_for.multi_items()) > len(asked_for):
        return answers.plain("not_understood")
    asker = access.asker_of(request.cookies.get(house.settings.cookie_name("session")))
    checkin_id = asked_for.get("checkin", "")

    def look() -> bytes:
        review = reviews.review(house, asker, checkin_id=checkin_id or "-")
        if review is None or review.agreement is None or not review.agreement.holds:
            raise NotYours
        day = review.agreement.by or (house.clock() + _WEEK).date()
        asked = asked_for.get("words") == "1"
        text = review.agreement.text if asked else house.content.words.text(_NEUTRAL)
        return _file(text, day, checkin_id, house)

    try:
        body = await anyio.to_thread.run_sync(look)
    except HalfwayError as error:
        return answers.of_error(error)
    return Response(body, media_type="text/calendar", headers=_HEADERS)


def _file(text: str, day: date, checkin_id: str, house: House) -> bytes:
    event = Event()
    # The same entry when the file is taken again, and an id that leads nowhere.
    event.add("uid", hashlib.sha256(f"calendar/{checkin_id}".encode()).hexdigest()[:32])
    event.add("dtstamp", house.clock())
    event.add("dtstart", day)
    event.add("dtend", day + _DAY)
    event.add("summary", " ".join(text.split()))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
