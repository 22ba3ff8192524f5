/**
 * <wearon-try-on>, see README.md. The app proxy of the shop says who the shopper is and makes a short-lived token; everything else
 * goes from this page to the gateway with the token. All that is shown follows from one state, in render().
 */
const SECOND = 1000;
const CALL_TIMEOUT = 15 * SECOND;
const UPLOAD_TIMEOUT = 120 * SECOND;
const CAMERA_TIMEOUT = 20 * SECOND;
/** A silent stream is noticed at its end, so streams are short. */
const STREAM_TIMEOUT = 30 * SECOND;
const STREAMS = 6;
const POLLS = 200;
const BALANCE_POLLS = 13;
const REPEATS = 3;
const LONGEST_SIDE = 2048;

export const TEXTS = {
  en: {
    tryOn: 'Try it on',
    close: 'Close',
    retry: 'Try again',
    unavailable: 'The try-on is not available right now.',
    preview: 'Preview: nothing is sent and nothing is spent.',
    balance: 'Your credits: {count}',
    price: '{price} per credit',
    logInTitle: 'Log in first',
    logInText: 'Your credits belong to your account at this shop.',
    logIn: 'Log in',
    ageTitle: 'How old are you?',
    ageYes: 'I am 13 or older',
    ageNo: 'I am younger',
    denied: 'The try-on is only for people aged 13 or older.',
    consent: 'I agree that my photo is used in this way.',
    goOn: 'Continue',
    confirmAgain: 'Please confirm again.',
    photoTitle: 'Choose a photo of you',
    photoText: 'One person, from the front, in good light.',
    chooseFile: 'Choose a photo',
    openCamera: 'Use the camera',
    takePhoto: 'Take a photo',
    back: 'Back',
    cameraOpening: 'The camera is opening.',
    cameraReady: 'The camera is on.',
    cameraRefused: 'The camera is not allowed. Allow it, or choose a photo.',
    cameraMissing: 'No camera was found. Choose a photo.',
    cameraBusy: 'Another program uses the camera. Close it, or choose a photo.',
    cameraSilent: 'The camera does not answer. Choose a photo.',
    heic: 'Browsers cannot read HEIC photos. Save it as JPEG, or choose another photo.',
    unreadable: 'This file cannot be read. Choose a JPEG, PNG or WebP photo.',
    readyTitle: 'Is this the right photo?',
    yourPhoto: 'Your photo',
    useCredit: 'Try it on (1 credit)',
    otherPhoto: 'Take another photo',
    workingTitle: 'Your try-on',
    sending: 'Your photo is being sent.',
    queued: 'Your try-on is waiting.',
    making: 'Your picture is being made.',
    done: 'Your picture is ready.',
    resultTitle: 'This is how it looks',
    result: '{product} on your photo',
    styleNotSize: 'The picture shows the style, not the size.',
    deletePhoto: 'Delete my photo now',
    deleted: 'Your photo and the picture are deleted.',
    failedTitle: 'That did not work',
    notCharged: 'You were not charged.',
    unknown: 'The connection broke. Try again. This costs nothing extra.',
    moderated: 'A safety check refused the pictures. Choose another photo.',
    badPhoto: 'The photo must show one person well. Choose another photo.',
    tooBusy: 'There are too many requests now. Try again in a few minutes.',
    fault: 'The picture could not be made.',
    topUp: 'Add a credit',
    topUpHint: 'The checkout opens in a new tab.',
    noTopUp: 'This shop cannot add credits right now.',
    waiting: 'Waiting for your credits…',
    pending: 'Your credits are on their way. This can take some minutes. You can leave this page and come back.',
    notOrdered: 'I did not finish the order',
    arrived: 'Your credits have arrived.',
  },
  de: {
    tryOn: 'Anprobieren',
    close: 'Schließen',
    retry: 'Noch einmal versuchen',
    unavailable: 'Die Anprobe ist gerade nicht verfügbar.',
    preview: 'Vorschau: Es wird nichts gesendet und nichts verbraucht.',
    balance: 'Ihre Credits: {count}',
    price: '{price} pro Credit',
    logInTitle: 'Bitte melden Sie sich an',
    logInText: 'Ihre Credits gehören zu Ihrem Konto bei diesem Shop.',
    logIn: 'Anmelden',
    ageTitle: 'Wie alt sind Sie?',
    ageYes: 'Ich bin 13 oder älter',
    ageNo: 'Ich bin jünger',
    denied: 'Die Anprobe ist nur für Personen ab 13 Jahren.',
    consent: 'Ich bin einverstanden, dass mein Foto so verwendet wird.',
    goOn: 'Weiter',
    confirmAgain: 'Bitte bestätigen Sie noch einmal.',
    photoTitle: 'Wählen Sie ein Foto von sich',
    photoText: 'Eine Person, von vorn, in gutem Licht.',
    chooseFile: 'Foto auswählen',
    openCamera: 'Kamera benutzen',
    takePhoto: 'Foto aufnehmen',
    back: 'Zurück',
    cameraOpening: 'Die Kamera wird geöffnet.',
    cameraReady: 'Die Kamera ist an.',
    cameraRefused: 'Die Kamera ist nicht erlaubt. Erlauben Sie es, oder wählen Sie ein Foto.',
    cameraMissing: 'Es wurde keine Kamera gefunden. Wählen Sie ein Foto.',
    cameraBusy: 'Ein anderes Programm benutzt die Kamera. Schließen Sie es, oder wählen Sie ein Foto.',
    cameraSilent: 'Die Kamera antwortet nicht. Wählen Sie ein Foto.',
    heic: 'Browser können HEIC-Fotos nicht lesen. Speichern Sie es als JPEG, oder wählen Sie ein anderes Foto.',
    unreadable: 'Diese Datei ist nicht lesbar. Wählen Sie ein Foto als JPEG, PNG oder WebP.',
    readyTitle: 'Ist das das richtige Foto?',
    yourPhoto: 'Ihr Foto',
    useCredit: 'Anprobieren (1 Credit)',
    otherPhoto: 'Anderes Foto nehmen',
    workingTitle: 'Ihre Anprobe',
    sending: 'Ihr Foto wird gesendet.',
    queued: 'Ihre Anprobe wartet.',
    making: 'Ihr Bild wird erstellt.',
    done: 'Ihr Bild ist fertig.',
    resultTitle: 'So sieht es aus',
    result: '{product} auf Ihrem Foto',
    styleNotSize: 'Das Bild zeigt den Stil, nicht die Größe.',
    deletePhoto: 'Mein Foto jetzt löschen',
    deleted: 'Ihr Foto und das Bild sind gelöscht.',
    failedTitle: 'Das hat nicht geklappt',
    notCharged: 'Ihnen wurde nichts berechnet.',
    unknown: 'Die Verbindung ist abgebrochen. Versuchen Sie es noch einmal. Das kostet nichts extra.',
    moderated: 'Eine Sicherheitsprüfung hat die Bilder abgelehnt. Wählen Sie ein anderes Foto.',
    badPhoto: 'Das Foto muss eine Person gut zeigen. Wählen Sie ein anderes Foto.',
    tooBusy: 'Gerade gibt es zu viele Anfragen. Versuchen Sie es in einigen Minuten noch einmal.',
    fault: 'Das Bild konnte nicht erstellt werden.',
    topUp: 'Credit hinzufügen',
    topUpHint: 'Die Kasse öffnet sich in einem neuen Tab.',
    noTopUp: 'Dieser Shop kann gerade keine Credits hinzufügen.',
    waiting: 'Ihre Credits werden erwartet…',
    pending: 'Ihre Credits sind unterwegs. Das kann einige Minuten dauern. Sie können die Seite verlassen und wiederkommen.',
    notOrdered: 'Ich habe die Bestellung nicht abgeschlossen',
    arrived: 'Ihre Credits sind da.',
  },
};

const FAILURES = { GATES: 'confirmAgain', MODERATION_BLOCKED: 'moderated', BAD_IMAGE: 'badPhoto', UNSUPPORTED_IMAGE: 'badPhoto', RATE_LIMIT_EXCEEDED: 'tooBusy' };

const CAMERA_ERRORS = {
  NotAllowedError: 'cameraRefused',
  SecurityError: 'cameraRefused',
  NotFoundError: 'cameraMissing',
  OverconstrainedError: 'cameraMissing',
  TimeoutError: 'cameraSilent',
};

const CSS = `
:host { display: block; font-family: var(--wearon-font, inherit); line-height: 1.5;
  --w-a: var(--wearon-accent, #1f2937); --w-t: var(--wearon-accent-text, #fff); --w-r: var(--wearon-radius, 8px); }
[hidden], p:empty { display: none !important; }
* { box-sizing: border-box; margin: 0; }
h2 { font-size: 1.25rem; line-height: 1.3; outline: none; }
button, .action { display: flex; align-items: center; justify-content: center; width: 100%; min-height: 48px; padding: 8px 16px;
  font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
  color: var(--w-a); background: none; border: 2px solid var(--w-a); border-radius: var(--w-r); }
.main { color: var(--w-t); background: var(--w-a); }
button:disabled { cursor: not-allowed; color: #595959; background: #e5e5e5; border-color: #e5e5e5; }
:focus-visible:not(h2), .action:focus-within { outline: 3px solid #1d4ed8; outline-offset: 2px; }
.panel, .body { display: grid; gap: 12px; }
dialog { width: min(640px, 100vw - 16px); max-height: calc(100dvh - 16px); margin: auto; padding: 0 20px 20px; overflow: auto;
  color: #1f2937; background: #fff; border: 0; border-radius: var(--w-r); }
dialog::backdrop { background: rgb(0 0 0 / 60%); }
header { position: sticky; top: 0; display: flex; align-items: center; justify-content: space-between; padding: 12px 0; background: #fff; }
header button { flex: none; width: 48px; padding: 0; font-size: 1.5rem; color: inherit; border: 0; }
.disclosure, [role=alert] { padding: 12px; background: #f3f4f6; border-radius: var(--w-r); }
.disclosure { max-height: 30vh; overflow: auto; white-space: pre-line; }
.agree { display: flex; gap: 12px; align-items: center; min-height: 48px; }
.agree input { width: 24px; height: 24px; flex: none; }
.action input { position: absolute; width: 1px; opacity: 0; }
img, video { display: block; width: 100%; max-height: 55vh; object-fit: contain; background: #f3f4f6; border-radius: var(--w-r); }
.pictures { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
figcaption, .small { font-size: .875rem; }
progress { width: 100%; height: 12px; accent-color: var(--w-a); }
dialog > p { margin-bottom: 12px; }
[role=alert] { color: #7f1d1d; background: #fef2f2; }
@media (forced-colors: active) { button, .action, dialog, [role=alert] { border: 2px solid; } }
`;

/** Status 0: no answer. `passing`: the same call may succeed later. */
class Refusal extends Error {
  constructor(status, code, retryAfter) {
    super(code ?? `status ${status}`);
    Object.assign(this, { status, code, retryAfter });
    this.passing = status === 0 || status === 409 || status === 429 || status >= 500;
  }
}

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** The data of an envelope. A page instead of one is a Refusal. */
async function call(url, options) {
  let response;
  let body;
  try {
    response = await fetch(url, { ...options, signal: AbortSignal.timeout(CALL_TIMEOUT) });
    body = await response.json();
  } catch {
    throw new Refusal(response?.status ?? 0);
  }
  if (response.ok && body?.data) return body.data;
  throw new Refusal(response.status, body?.error?.code, Number(response.headers.get('Retry-After')) || undefined);
}

async function repeating(attempt) {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (!error.passing || count > REPEATS) throw error;
      await pause(Math.min(error.retryAfter ?? count, 20) * SECOND);
    }
  }
}

/** Only XMLHttpRequest tells how much is sent. */
function put({ upload_url, headers }, blob, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', upload_url);
    request.timeout = UPLOAD_TIMEOUT;
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Refusal(request.status)));
    request.onerror = request.ontimeout = () => reject(new Refusal(0));
    request.send(blob);
  });
}

/** Storage may throw. Then the page remembers. */
function storage(area) {
  const memory = {};
  return {
    get(name) {
      try {
        return memory[name] ?? JSON.parse(window[area].getItem(name));
      } catch {
        return null;
      }
    },
    set(name, value) {
      delete memory[name];
      try {
        if (value === null) window[area].removeItem(name);
        else window[area].setItem(name, JSON.stringify(value));
      } catch {
        memory[name] = value;
      }
    },
  };
}

/** The whole events in a part of a stream, and the rest. */
export function eventsOf(text) {
  const blocks = text.replace(/\r/g, '').split('\n\n');
  const rest = blocks.pop();
  const field = (block, name) => block.split('\n').find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1).trim();
  const events = blocks.filter((block) => field(block, 'data')).map((block) => ({ id: field(block, 'id'), data: JSON.parse(field(block, 'data')) }));
  return { events, rest };
}

/** Of the files with a box `ftyp`, browsers read AVIF. */
export function isHeic(bytes) {
  const [box, brand] = [String.fromCharCode(...bytes.slice(4, 8)), String.fromCharCode(...bytes.slice(8, 12))];
  return box === 'ftyp' && /^(hei|hev|mif1|msf1)/.test(brand);
}

/** Upright, small, and encoded again: without the place of the photo. */
async function prepare(source) {
  if (isHeic(new Uint8Array(await source.slice(0, 12).arrayBuffer()))) throw new Error('heic');
  const picture = await createImageBitmap(source, { imageOrientation: 'from-image' });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = h('canvas', { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff'; // Transparent pixels would become black.
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.88));
  if (!blob) throw new Error('unreadable');
  return blob;
}

const lastPart = (url) => new URL(url, location.href).pathname.split('/').pop();

/** Strings become attributes, other values properties; nothing is HTML. */
function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (typeof value === 'string') element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter(Boolean));
  return element;
}

class WearonTryOn extends HTMLElement {
  #kept = storage('sessionStorage');
  #remembered = storage('localStorage');

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    document.addEventListener('visibilitychange', () => document.hidden && this.#leaveCamera(), { signal });
    // Whoever comes back to the page passes the gates again.
    window.addEventListener('pageshow', (event) => event.persisted && this.#begin(), { signal });
    this.#begin();
  }

  disconnectedCallback() {
    this.#listeners.abort();
    this.#stopCamera();
  }

  #listeners;
  #minting;
  #state;
  #elements;

  #build() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    const title = h('h2', { id: 'title', tabIndex: -1 });
    const close = h('button', { type: 'button', part: 'close', onclick: () => this.#elements.dialog.close() }, '×');
    // Live regions exist before their texts. A dialog silences the one outside.
    const live = { alert: h('p', { role: 'alert' }), status: h('p', { role: 'status' }), outside: h('p', { role: 'status', class: 'small', part: 'status' }) };
    const body = h('div', { class: 'body' });
    const dialog = h('dialog', { part: 'dialog', 'aria-labelledby': 'title', onclose: () => this.#closed() }, h('header', {}, title, close), live.alert, live.status, body);
    const open = h('button', { type: 'button', class: 'main', part: 'button', onclick: () => this.#open() });
    const balance = h('p', { class: 'small', part: 'balance' });
    root.append(h('div', { class: 'panel', part: 'panel' }, open, balance, live.outside), dialog);
    this.#elements = { title, close, ...live, body, dialog, open, balance };
  }

  #begin() {
    this.#stopCamera();
    this.#elements.dialog.close();
    const tag = this.closest('[lang]')?.lang.slice(0, 2).toLowerCase();
    this.language = TEXTS[tag] ? tag : 'en';
    for (const name of ['accent', 'accent-text', 'radius']) {
      if (this.hasAttribute(name)) this.style.setProperty(`--wearon-${name}`, this.getAttribute(name));
    }
    this.#state = { view: 'closed', alert: '', status: '', mine: [] };
    if (this.hasAttribute('design-mode')) {
      this.#set({ shop: { billing_mode: 'resell_mode', logged_in: true, balance: 2 }, status: this.#text('preview') });
    } else if (this.#kept.get('wearon-denied')) {
      this.#set({ view: 'denied', status: this.#text('denied') });
    } else {
      this.#set({});
      this.#load().then(() => this.#pending() && this.#awaitCredits());
    }
  }

  #text(name, values = {}) {
    return TEXTS[this.language][name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  #set(changes) {
    Object.assign(this.#state, changes);
    this.#render();
  }

  #go(view, changes) {
    this.#set({ view, alert: '', status: '', ...changes });
  }

  get #proxy() {
    return `${this.getAttribute('proxy') ?? '/apps/wearon'}/shopper`;
  }

  get #resells() {
    return this.#state.shop?.billing_mode === 'resell_mode';
  }

  async #load() {
    const shop = await repeating(() => call(this.#proxy)).catch(() => null);
    this.#set({ shop: shop ?? this.#state.shop });
    this.#settle();
  }

  async #open() {
    if (this.hasAttribute('design-mode')) return;
    this.#elements.dialog.showModal();
    if (!this.#state.shop) await this.#load();
    if (this.#state.view === 'closed') this.#next();
    else this.#render();
  }

  /** The gates, in order. Only a token opens the flow, and only the server makes one. */
  #next(alert = '') {
    const { shop, adult, token, needsLogin, polling } = this.#state;
    const attempt = this.#attempt();
    if (!shop) this.#go('unavailable', { alert });
    else if ((this.#resells || needsLogin) && !shop.logged_in) this.#go('login', { alert });
    else if (!adult) this.#go('age', { alert });
    else if (!token) this.#go('consent', { alert });
    else if (attempt) this.#tryOn();
    else if (this.#resells && shop.balance < 1) this.#go('credits', { alert, status: this.#pending() ? this.#text(polling ? 'waiting' : 'pending') : '' });
    else this.#go('photo', { alert });
  }

  #deny() {
    this.#kept.set('wearon-denied', true);
    this.#go('denied', { status: this.#text('denied') });
    this.#elements.dialog.close();
  }

  async #agree() {
    this.#set({ busy: true, agreedVersion: this.#state.shop.disclosure_version });
    try {
      await repeating(() => this.#mint());
      this.#next();
    } catch (error) {
      this.#next(this.#text(FAILURES[error.code] ?? 'unavailable'));
    }
    this.#set({ busy: false, agreed: false });
  }

  /** One for all calls: what an anonymous token makes is not another's. */
  #mint() {
    return (this.#minting ??= this.#ask().finally(() => (this.#minting = null)));
  }

  async #ask() {
    const state = this.#state;
    const query = new URLSearchParams({ age_verified: state.adult, disclosure: state.agreedVersion, origin: location.origin });
    const shop = await call(`${this.#proxy}?${query}`, { method: 'POST' });
    const { token, disclosure_version } = shop;
    // What an older state has asked for opens nothing. The clock of the device may be wrong.
    if (state === this.#state) this.#set({ shop, token, adult: Boolean(token), expires: Date.now() + 600 * SECOND, needsLogin: !token && disclosure_version === state.agreedVersion });
    if (!token || state !== this.#state) throw new Refusal(403, 'GATES');
  }

  /** A token that has ended, or created all that it may, is renewed once. */
  #api(method, path, body, headers) {
    const send = () =>
      call(this.#state.shop.gateway_url + path, {
        method,
        headers: { ...this.#authorization, ...(body && { 'Content-Type': 'application/json' }), ...headers },
        body: body && JSON.stringify(body),
      });
    return repeating(async () => {
      await this.#renew(30 * SECOND);
      const { token } = this.#state;
      try {
        return await send();
      } catch (error) {
        if (error.status !== 401 && error.code !== 'TOKEN_EXHAUSTED') throw error;
        if (token === this.#state.token) await this.#mint();
        return send();
      }
    });
  }

  get #authorization() {
    return { Authorization: `Bearer ${this.#state.token}` };
  }

  async #renew(needed) {
    if (this.#state.expires - Date.now() < needed) await this.#mint();
  }

  async #choose(source) {
    try {
      const blob = await prepare(source);
      this.#go('ready', { photo: { blob, url: URL.createObjectURL(blob) } });
    } catch (error) {
      this.#go('photo', { alert: this.#text(error.message === 'heic' ? 'heic' : 'unreadable') });
    }
  }

  async #openCamera() {
    this.#go('camera', { status: this.#text('cameraOpening') });
    const camera = navigator.mediaDevices.getUserMedia({ video: { facingMode: 'user', width: { ideal: 1920 } }, audio: false });
    const opening = (this.#state.opening = {});
    const wanted = () => this.#state.opening === opening;
    // It may settle never, or too late: then the camera goes off.
    camera.then((stream) => wanted() || stop(stream), () => {});
    try {
      const stream = await Promise.race([camera, pause(CAMERA_TIMEOUT)]);
      if (!wanted()) return;
      if (!stream) throw new DOMException('', 'TimeoutError');
      const video = h('video', { autoplay: true, muted: true, playsInline: true, 'aria-label': this.#text('takePhoto') });
      video.srcObject = stream;
      this.#set({ video, status: this.#text('cameraReady') });
    } catch (error) {
      if (wanted()) this.#go('photo', { opening: null, noCamera: true, alert: this.#text(CAMERA_ERRORS[error.name] ?? 'cameraBusy') });
    }
  }

  async #takePhoto() {
    const { video } = this.#state;
    if (!video?.videoWidth) return;
    const canvas = h('canvas', { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext('2d').drawImage(video, 0, 0);
    this.#stopCamera();
    await this.#choose(await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 1)));
  }

  #stopCamera() {
    if (this.#state?.video) stop(this.#state.video.srcObject);
    Object.assign(this.#state ?? {}, { video: null, opening: null });
  }

  #leaveCamera() {
    this.#stopCamera();
    if (this.#state.view === 'camera') this.#go('photo');
  }

  /** Kept before its create is sent: a repeat has the same key and is charged once. */
  #attempt() {
    const attempt = this.#kept.get('wearon-attempt');
    return attempt?.key && attempt.product === this.#product() ? attempt : null;
  }

  #keep(attempt) {
    this.#kept.set('wearon-attempt', attempt);
  }

  /** The picture of the variant that the shopper has chosen, or the product's. */
  #product() {
    const chosen = document.querySelector('form[action*="/cart/add"] [name=id]')?.value ?? new URLSearchParams(location.search).get('variant');
    const pictures = JSON.parse(this.getAttribute('variant-images') || '{}');
    return new URL(pictures[chosen] ?? this.getAttribute('product-image'), location.href).href;
  }

  async #tryOn() {
    this.#go('working', { status: this.#text('sending'), sent: 0 });
    try {
      const attempt = this.#attempt() ?? (await this.#send());
      this.#state.mine = [attempt.images[0]];
      if (!attempt.session) {
        const body = { image_urls: attempt.images, age_verified: true };
        attempt.session = (await this.#api('POST', '/api/v1/generation/create', body, { 'Idempotency-Key': attempt.key })).session_id;
        this.#keep(attempt);
      }
      this.#ended(await this.#follow(attempt.session));
    } catch (error) {
      this.#refused(error);
    }
  }

  async #send() {
    const product = this.#product();
    await this.#renew(240 * SECOND); // An anonymous token's pictures end with it.
    const images = await Promise.all([
      this.#upload(this.#state.photo.blob, (sent) => this.#set({ sent })).then((url) => (this.#state.mine = [url])[0]),
      // The store may not import it: this page can read it.
      this.#api('POST', '/api/v1/storage/imports', { url: product }).then(
        ({ image_url }) => image_url,
        async (error) => {
          if (error.status < 400 || error.status > 422 || error.status === 401) throw error;
          const response = await fetch(product, { signal: AbortSignal.timeout(CALL_TIMEOUT) });
          return this.#upload(await prepare(await response.blob()), () => {});
        },
      ),
    ]);
    const attempt = { key: crypto.randomUUID(), product, images };
    this.#keep(attempt);
    return attempt;
  }

  async #upload(blob, progress) {
    const file = { file_name: 'photo.jpg', content_type: blob.type, size: blob.size };
    const { uploads } = await this.#api('POST', '/api/v1/storage/uploads', { files: [file] });
    await repeating(() => put(uploads[0], blob, progress));
    return uploads[0].image_url;
  }

  /** Events only make it faster: what counts is the read. */
  async #follow(session) {
    const path = `/api/v1/generation/${encodeURIComponent(session)}`;
    const seen = {};
    for (let count = 0; count < STREAMS && !seen.ended; count++) {
      const last = seen.id;
      try {
        await this.#stream(`${path}/events`, seen);
      } catch {
        // Cut or silent: the next stream, or the read, goes on.
      }
      if (!seen.any) break; // Something in between keeps the events back.
      if (seen.id === last) await pause(SECOND);
    }
    for (let count = 0; count < POLLS; count++) {
      const tryOn = await this.#api('GET', path);
      if (this.#stage(tryOn)) return tryOn;
      await pause(3 * SECOND);
    }
    throw new Refusal(0);
  }

  async #stream(path, seen) {
    await this.#renew(30 * SECOND);
    const response = await fetch(this.#state.shop.gateway_url + path, {
      headers: { ...this.#authorization, ...(seen.id && { 'Last-Event-ID': seen.id }) },
      signal: AbortSignal.timeout(STREAM_TIMEOUT),
    });
    if (response.status === 204) seen.ended = true;
    if (response.status !== 200) return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = '', part = await reader.read(); !part.done; part = await reader.read()) {
      seen.any = true;
      const { events, rest } = eventsOf(text + part.value);
      text = rest;
      for (const { id, data } of events) {
        seen.id = id;
        seen.ended = this.#stage(data);
      }
      if (seen.ended) return reader.cancel();
    }
  }

  /** Whether it is the last one. */
  #stage({ status }) {
    const text = this.#text(status === 'queued' ? 'queued' : 'making');
    if (this.#state.view === 'working' && this.#state.status !== text) this.#set({ status: text, sent: null });
    return status === 'completed' || status === 'failed';
  }

  #ended(tryOn) {
    const url = tryOn.generated_image_url;
    this.#load();
    if (tryOn.status === 'failed') return this.#fail(tryOn.error_code);
    if (!url) return this.#startOver(); // It was deleted, or is too old.
    this.#state.mine.push(url);
    this.#go('result', { result: tryOn, status: this.#text('done') });
  }

  #refused({ code, passing }) {
    const attempt = this.#attempt();
    if (code === 'GATES') {
      this.#next(this.#text('confirmAgain'));
    } else if (code === 'NOT_FOUND' && attempt?.session) {
      this.#startOver(); // It was an anonymous token's.
    } else if (code === 'INSUFFICIENT_CREDITS' && this.#resells) {
      this.#keep(null);
      this.#load().then(() => this.#go('credits'));
    } else if (attempt && (passing || code === undefined)) {
      this.#go('failed', { alert: this.#text('unknown'), again: () => this.#tryOn() });
    } else {
      this.#fail(code);
    }
  }

  /** A failed try-on gives its credit back, a refused one takes none. */
  #fail(code) {
    this.#keep(null);
    this.#go('failed', { alert: `${this.#text(FAILURES[code] ?? 'fault')} ${this.#text('notCharged')}`, again: () => this.#go(this.#state.photo ? 'ready' : 'photo') });
  }

  async #deletePhoto() {
    this.#set({ busy: true });
    try {
      for (const url of this.#state.mine) {
        await this.#api('DELETE', `/api/v1/storage/objects/${lastPart(url)}`).catch((error) => {
          if (error.status !== 404) throw error; // It is deleted already.
        });
      }
      this.#startOver();
      this.#set({ status: this.#text('deleted') });
    } catch {
      this.#set({ alert: this.#text('unavailable') });
    }
    this.#set({ busy: false });
  }

  #startOver() {
    this.#keep(null);
    Object.assign(this.#state, { photo: null, mine: [] });
    this.#next();
  }

  /** A top-up may become credits after minutes. It is remembered until they are there. */
  #pending() {
    const pending = this.#remembered.get('wearon-top-up');
    return Number.isInteger(pending?.balance) ? pending : null;
  }

  #topUp() {
    this.#remembered.set('wearon-top-up', { balance: this.#state.shop.balance });
    this.#awaitCredits();
  }

  async #awaitCredits() {
    if (this.#state.polling) return;
    this.#set({ polling: true });
    this.#tell('waiting');
    for (let count = 0; count < BALANCE_POLLS && this.#pending() && this.isConnected; count++) {
      if (count) await pause(5 * SECOND);
      const shop = await call(this.#proxy).catch(() => null);
      if (shop) this.#set({ shop });
      this.#settle();
    }
    this.#set({ polling: false });
    if (this.#pending()) this.#tell('pending');
  }

  #tell(name) {
    if (['closed', 'credits', 'photo'].includes(this.#state.view)) this.#set({ status: this.#text(name) });
  }

  /** Credits that are spent meanwhile lower what the balance must pass. */
  #settle() {
    const pending = this.#pending();
    const balance = this.#state.shop?.balance;
    if (!pending || !Number.isInteger(balance)) return;
    if (balance <= pending.balance) return this.#remembered.set('wearon-top-up', { balance });
    this.#endPending();
    this.#tell('arrived');
  }

  #endPending() {
    this.#remembered.set('wearon-top-up', null);
    if (this.#state.view === 'credits') this.#next();
  }

  #closed() {
    this.#leaveCamera();
    this.#render();
    this.#elements.open.focus();
  }

  #render() {
    const { title, close, alert, status, outside, body, dialog, open, balance } = this.#elements;
    const state = this.#state;
    const focused = this.shadowRoot.activeElement?.id;
    dialog.lang = open.lang = this.language;
    open.textContent = this.#text('tryOn');
    open.hidden = state.view === 'denied';
    close.setAttribute('aria-label', this.#text('close'));
    balance.textContent = open.hidden ? '' : this.#balance();
    const [heading, ...content] = this.#views[state.view]?.() ?? [''];
    body.replaceChildren(...content.filter(Boolean));
    for (const [element, text] of [[title, heading], [alert, state.alert], [status, state.status], [outside, dialog.open ? '' : state.status]]) {
      if (element.textContent !== text) element.textContent = text;
    }
    const again = focused && this.shadowRoot.getElementById(focused);
    if (dialog.open && !this.shadowRoot.activeElement) (again && !again.disabled ? again : title).focus();
    if (dialog.open && state.view !== this.shown) title.focus();
    this.shown = state.view;
  }

  #balance() {
    const { shop } = this.#state;
    if (!this.#resells) return '';
    const amount = shop.retail_credit_price;
    const currency = this.getAttribute('currency');
    const format = currency ? { style: 'currency', currency } : { minimumFractionDigits: 2 };
    const price = amount && this.#text('price', { price: new Intl.NumberFormat(this.language, format).format(amount) });
    const count = Number.isInteger(shop.balance) && this.#text('balance', { count: shop.balance });
    return [count, price].filter(Boolean).join(' · ');
  }

  #button(name, onclick, properties) {
    return h('button', { type: 'button', id: name, onclick, ...properties }, this.#text(name));
  }

  #main(name, onclick, properties) {
    return this.#button(name, onclick, { class: 'main', part: 'button', ...properties });
  }

  #paragraph(name) {
    return h('p', {}, this.#text(name));
  }

  #file(name, properties) {
    const input = h('input', { type: 'file', accept: 'image/jpeg,image/png,image/webp', id: name, ...properties });
    input.onchange = () => input.files[0] && this.#choose(input.files[0]);
    return h('label', { class: 'action main', part: 'button' }, this.#text(name), input);
  }

  #picture(url, text) {
    return h('figure', {}, h('img', { src: url, alt: text }), h('figcaption', {}, text));
  }

  #disclose() {
    return h('div', { class: 'disclosure', tabIndex: 0, role: 'group', 'aria-labelledby': 'title' }, this.#state.shop.privacy_disclosure);
  }

  #topUpLink() {
    const link = this.#state.shop.cart_link;
    if (!/^https?:/.test(link)) return this.#paragraph('noTopUp');
    return h('a', { class: 'action main', part: 'button', id: 'topUp', href: link, target: '_blank', rel: 'noopener noreferrer', onclick: () => setTimeout(() => this.#topUp()) }, this.#text('topUp'));
  }

  #deleteButton() {
    return this.#button('deletePhoto', () => this.#deletePhoto(), { disabled: Boolean(this.#state.busy) });
  }

  /** Each is a heading and its content. */
  #views = {
    unavailable: () => [this.#text('unavailable'), this.#main('retry', () => this.#load().then(() => this.#next()))],
    login: () => [
      this.#text('logInTitle'),
      this.#paragraph('logInText'),
      h('a', { class: 'action main', part: 'button', href: this.getAttribute('login-url') ?? '/account/login' }, this.#text('logIn')),
    ],
    age: () => [
      this.#text('ageTitle'),
      this.#paragraph('denied'),
      this.#main('ageYes', () => {
        this.#state.adult = true;
        this.#next();
      }),
      this.#button('ageNo', () => this.#deny()),
    ],
    consent: () => [
      this.#text('yourPhoto'),
      this.#disclose(),
      h(
        'label',
        { class: 'agree' },
        h('input', { type: 'checkbox', id: 'consent', checked: this.#state.agreed, onchange: ({ target }) => this.#set({ agreed: target.checked }) }),
        this.#text('consent'),
      ),
      this.#main('goOn', () => this.#agree(), { disabled: !this.#state.agreed || Boolean(this.#state.busy) }),
    ],
    credits: () =>
      this.#pending()
        ? [
            this.#text('topUp'),
            !this.#state.polling && this.#main('retry', () => this.#awaitCredits()),
            this.#button('notOrdered', () => this.#endPending()),
          ]
        : [this.#text('topUp'), h('p', {}, this.#balance()), this.#topUpLink(), this.#paragraph('topUpHint')],
    photo: () => [
      this.#text('photoTitle'),
      this.#paragraph('photoText'),
      h('p', { class: 'small' }, this.#balance()),
      this.#file('chooseFile'),
      navigator.mediaDevices && !this.#state.noCamera
        ? this.#button('openCamera', () => this.#openCamera())
        : this.#file('openCamera', { capture: 'user' }),
    ],
    camera: () => [
      this.#text('takePhoto'),
      this.#state.video,
      this.#main('takePhoto', () => this.#takePhoto(), { disabled: !this.#state.video }),
      this.#button('back', () => this.#leaveCamera()),
    ],
    ready: () => [
      this.#text('readyTitle'),
      h('img', { src: this.#state.photo.url, alt: this.#text('yourPhoto') }),
      this.#main(this.#resells ? 'useCredit' : 'tryOn', () => this.#tryOn()),
      this.#button('otherPhoto', () => this.#go('photo')),
    ],
    working: () => [
      this.#text('workingTitle'),
      h('progress', { 'aria-labelledby': 'title', ...(this.#state.sent !== null && this.#state.sent < 1 && { value: this.#state.sent }) }),
    ],
    result: () => [
      this.#text('resultTitle'),
      h(
        'div',
        { class: 'pictures' },
        this.#picture(this.#state.photo?.url ?? this.#state.result.model_image_url, this.#text('yourPhoto')),
        this.#picture(this.#state.result.generated_image_url, this.#text('result', { product: this.getAttribute('product-title') })),
      ),
      this.#paragraph('styleNotSize'),
      this.#main('otherPhoto', () => this.#startOver()),
      this.#deleteButton(),
    ],
    failed: () => [this.#text('failedTitle'), this.#main('retry', () => this.#state.again()), this.#state.mine[0] && this.#deleteButton()],
  };
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

customElements.define('wearon-try-on', WearonTryOn);
