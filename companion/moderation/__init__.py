"""The desk: what moderators and speakers may do to a talk's board, and what they see of it."""

from companion.moderation.actions import DOINGS, act, decline_burst, label, mute, room
from companion.moderation.answers import answer, settle
from companion.moderation.cards import SHOWN, DeskCard, Filters, Tab, read_filters
from companion.moderation.controls import message, read_message, switch, time
from companion.moderation.editing import edit
from companion.moderation.merging import merge, unmerge
from companion.moderation.slots import advance
from companion.moderation.switches import Switches
from companion.moderation.undo import undo
from companion.moderation.views import Desk, Message, Queue, Screen, desk, queue, screen

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
