/** Begins: language, who is signed in, then the sign-in page or the console. */

import { el, fill } from "../../shared/js/dom.js";
import { Api } from "../../shared/js/http.js";
import { loadTexts, t } from "../../shared/js/i18n.js";
import { modal } from "../../shared/js/modal.js";
import { Notices } from "../../shared/js/notices.js";
import { Session } from "../../shared/js/session.js";
import { signInForm } from "../../shared/js/signin.js";
import { Draft } from "./live/draft.js";
import { SharedStream } from "./live/shared.js";
import { Console } from "./views/console.js";
import { frame } from "./views/frame.js";
import { signInPage } from "./views/signin.js";

const session = new Session();
const notices = new Notices();
/** What was typed into the sign-in page, for when its language changes. */
const typed = {};
let api = null;
let app = null;
let asking = null;

function show() {
  document.title = `${t("shell.page")} · Patchbay`;
  const bar = (content) => frame({ app: content, rebuild: show });
  const content = app ? app.build() : signInPage({ done: enter, state: typed });
  fill(document.body, el("a.skip", { href: "#main" }, t("shell.skip")), bar(app), content, notices.elements);
  notices.draw();
}

async function enter(token, me) {
  session.keep(token, me);
  typed.token = "";
  api = new Api({ token, refused: signInAgain });
  const stream = new SharedStream({ api, person: me.sub });
  const draft = new Draft({ api, stream });
  app = new Console({ api, session, me, draft, stream, notices, signInAgain });
  show();
  stream.start();
  await app.load();
}

/** The token is not taken any longer: what is open and typed stays where it is, under the question. */
function signInAgain() {
  if (asking || !app) return;
  const done = (token, me) => {
    if (me.sub !== app.me.sub || me.role !== app.me.role) {
      // Another person or role begins anew: nothing of the one before stays on the screen.
      leave();
      asking.close();
      return void enter(token, me);
    }
    session.renew(token, me);
    return renewed(token, me);
  };
  const content = el("div.modal-body", null, el("p.hint", null, t("signin.again_text")), signInForm({ done }));
  asking = modal({ title: t("signin.again"), content, closed: () => (asking = null) });
}

function renewed(token, me) {
  session.keep(token, me);
  api.token = token;
  app.me = me;
  asking?.close();
  app.stream.retry();
  app.load();
}

session.onRenewed = renewed;

function leave() {
  app?.stream.close();
  app?.draft.close();
  app?.dispose();
  app = null;
}

session.onSignOut = () => {
  leave();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  show();
};

addEventListener("beforeunload", (event) => {
  if (app?.drawer.isDirty) event.preventDefault();
});
// Back from the browser's history: what happened meanwhile is unknown.
addEventListener("pageshow", (event) => event.persisted && location.reload());

async function begin() {
  await loadTexts("/console/locales");
  const token = session.token ?? (session.mayAsk ? await session.fromOtherTab() : null);
  if (!token) return show();
  try {
    return await enter(token, await new Api({ token }).get("/v1/me"));
  } catch (error) {
    if (!("hint" in error)) throw error;
    show();
    if (error.status !== 401) notices.fail(error, t("signin.failed"));
    return undefined;
  }
}

begin();
