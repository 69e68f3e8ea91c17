# needs: Python 3.10
import copy, pickle, sys
import datetime as dt
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones
when = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
print(when, when.tzname(), when.utcoffset(), when.dst())
for zone in ("America/New_York", "Asia/Kolkata", "Australia/Sydney", "UTC", "Pacific/Auckland", "Africa/Cairo"):
    print(when.astimezone(ZoneInfo(zone)), when.astimezone(ZoneInfo(zone)).tzname())
night = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
print(night.utcoffset(), night.replace(fold=1).utcoffset(), ZoneInfo("Asia/Tokyo"), repr(ZoneInfo("UTC")), "Europe/Rome" in available_timezones())
try: ZoneInfo("Europe/Atlantis")
except ZoneInfoNotFoundError as e: print(e)
day = datetime(2026, 2, 28, 1, 2, 3, 4, tzinfo=timezone.utc)
for it in (day, day.date(), day.time(), timedelta(1), when):
    print(pickle.loads(pickle.dumps(it)) == it, copy.deepcopy(it) == it, copy.copy(it) == it, type(pickle.loads(pickle.dumps(it))).__name__)
class Day(datetime): pass
print(issubclass(datetime, date), issubclass(Day, datetime), issubclass(Day, date), issubclass(dt.datetime, dt.datetime), issubclass(int, date), type(Day.now()).__name__)
print(type(sys.stdout).__name__, sys.stdout.name, sys.stdin.name, sys.stdin.fileno(), sys.stdout.line_buffering)
with_stdout, sys.stdout = sys.stdout, sys.__stdout__
print(sys.stdout is with_stdout, file=sys.__stdout__)
