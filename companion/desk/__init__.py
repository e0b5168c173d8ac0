"""The desk: what moderators and speakers may do to a talk's board, and what they see of it."""

from companion.desk.acts import DOINGS, act, decline_burst, label, mute, room
from companion.desk.cards import SHOWN, DeskCard, Filters, Tab, read_filters
from companion.desk.merging import merge, unmerge
from companion.desk.rules import message, read_message, switch, time
from companion.desk.slots import advance
from companion.desk.switches import Switches
from companion.desk.undoing import undo
from companion.desk.views import Desk, Message, Queue, Screen, desk, queue, screen
from companion.desk.wording import edit
from companion.desk.writing import answer, settle

__all__ = [
    "DOINGS",
    "SHOWN",
    "Desk",
    "DeskCard",
    "Filters",
    "Message",
    "Queue",
    "Screen",
    "Switches",
    "Tab",
    "act",
    "advance",
    "answer",
    "decline_burst",
    "desk",
    "edit",
    "label",
    "merge",
    "message",
    "mute",
    "queue",
    "read_filters",
    "read_message",
    "room",
    "screen",
    "settle",
    "switch",
    "time",
    "undo",
    "unmerge",
]
