// Pages of a visit: each step carries the device's own time, and a refused one shows the page as it stands now.
// Without a network nothing is replaced: what was typed, drawn or chosen stays where it is (requests.js says so).

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb === "post" && event.target.closest("[data-visit]")) {
    event.detail.parameters.device_at = new Date().toISOString();
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status < 400 || xhr.status === 422 || !requestConfig.elt.closest("[data-visit]")) return;
  const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
  if (!answer.querySelector("#content")) return;
  event.detail.target = document.querySelector("#content");
  event.detail.selectOverride = "#content";
  event.detail.swapOverride = "outerHTML show:top";
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
