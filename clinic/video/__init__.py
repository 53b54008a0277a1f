"""Video links: unguessable, for one appointment, open until an hour after the promised time."""

from clinic.video.links import AppointmentCancelled, Video, VideoLinkExpired, VideoLinkUnknown

__all__ = ["AppointmentCancelled", "Video", "VideoLinkExpired", "VideoLinkUnknown"]
