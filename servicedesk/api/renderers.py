"""Writing answers: JSON in UTF-8, whatever media type the refusal of an impossible one would need."""

from rest_framework.renderers import JSONRenderer


class PlainJSONRenderer(JSONRenderer):
    """JSON as it is; no indentation by a parameter of the Accept header."""

    charset = None

    def get_indent(self, accepted_media_type: str, renderer_context: object) -> None:
        """None: one form for all."""
        return
