"""Full web addresses, for forms of a lesson that are read away from the site."""

from urllib.parse import quote

from builder.model.document import CourseTarget, LessonTarget, ResourceTarget, Target, Variant, WebTarget


def web_address(target: Target, site_url: str) -> str | None:
    """Where the target is found on the web; None where the site's own address is not known.

    The places are those of `builder.publishing.paths`, which this package may not import; a test compares the two.
    """
    if isinstance(target, WebTarget):
        return target.url
    if not site_url:
        return None
    match target:
        case LessonTarget():
            easy = "/easy" if target.variant == Variant.EASY else ""
            path = f"{target.language}/{target.course}/{target.lesson}{easy}/index.html"
        case CourseTarget():
            path = f"{target.language}/{target.course}/index.html"
        case ResourceTarget():
            path = f"media/{target.course}/{target.resource.removeprefix('media/')}"
    anchor = f"#{quote(target.anchor)}" if isinstance(target, LessonTarget) and target.anchor else ""
    return f"{site_url.rstrip('/')}/{quote(path)}{anchor}"
