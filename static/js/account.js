/* An organiser's account: passkeys, and a link to copy. */
import "./passkey.js";
import "./elements/copy-button.js";
