// A sign-in in another tab gives this browser a new token against forged forms; forms that were open take it along, so
// that nothing typed is refused for it.

function token() {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : "";
}

document.addEventListener(
  "submit",
  (event) => {
    const field = event.target.elements?.namedItem("csrfmiddlewaretoken");
    const fresh = token();
    if (field && fresh && event.target.method === "post") field.value = fresh;
  },
  true,
);

document.addEventListener("htmx:configRequest", (event) => {
  const fresh = token();
  if (!fresh || event.detail.verb === "get") return;
  event.detail.headers["X-CSRFToken"] = fresh;
  if ("csrfmiddlewaretoken" in event.detail.parameters) event.detail.parameters.csrfmiddlewaretoken = fresh;
});
