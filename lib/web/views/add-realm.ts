import { addresses } from "./addresses.ts";
import { type Html, html } from "./html.ts";

/**
 * Two steps, two dialogs: where the realm is, then what it showed of itself. Nothing is stored before the second
 * one is confirmed. The script fills in `data-slot`s as text and shows the `data-if` part that applies.
 */
export function addRealm(): Html {
  return html`<dialog id="add" aria-labelledby="add-title">
<form class="stack" data-posts="${addresses.preview}" data-then="preview">
<h2 class="question" id="add-title" tabindex="-1" autofocus>Add a realm</h2>
<p class="muted">It is asked who it is first. Nothing is kept before you have seen the answer.</p>
<label class="field"><span>Address</span><input type="url" name="url" required placeholder="https://katas.example.com/v1" autocomplete="off"></label>
<label class="field"><span>Short id, for names such as team:finance.audit</span><input name="id" required pattern="[a-z0-9][a-z0-9_\\-]{0,63}" title="lower-case letters, digits, - and _" autocomplete="off"></label>
<label class="field"><span>Name (optional)</span><input name="name" maxlength="80" autocomplete="off"></label>
<p role="alert"></p>
<div class="buttons"><button class="primary">Ask it</button><button type="button" data-closes>Cancel</button></div>
</form></dialog>
<dialog id="trust" aria-labelledby="trust-title">
<form class="stack" data-posts="${addresses.addRealm}" data-then="refresh" data-says="The realm was added.">
<h2 class="question" id="trust-title" tabindex="-1" autofocus>Trust <span data-slot="name"></span>?</h2>
<dl class="facts"><dt>Id</dt><dd><code data-slot="id"></code></dd><dt>Address</dt><dd><code data-slot="url"></code></dd></dl>
<div class="stack" data-if="signed">
<p>It is signed. The fingerprint of its key is</p>
<p class="note"><code class="fingerprint" data-slot="fingerprint"></code></p>
<label class="check"><input type="checkbox" required><span>I compared it with the fingerprint that its publisher gives elsewhere.</span></label>
</div>
<div class="stack" data-if="unsigned">
<p class="note warn">It is not signed. Whoever can write to its server decides what it offers, and nobody would notice.</p>
<label class="check"><input type="checkbox" required><span>I follow it all the same.</span></label>
</div>
<input type="hidden" name="ticket" data-slot="ticket"><input type="hidden" name="fingerprint" data-slot="digits" data-empty="null">
<p role="alert"></p>
<div class="buttons"><button class="primary">Add this realm</button><button type="button" data-closes>Cancel</button></div>
</form></dialog>`;
}
