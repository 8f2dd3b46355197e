'use strict';
(() => {
  const every_ms = 2000;
  const longest_pause_ms = 30000;
  const request_ms = 10000;
  /** What this connector is called, and what its source calls things. */
  const { program, title: product_title, source, rating_word, ratings, outcomes } = /* words */ {};
  const token_key = `${program}-token`;
  const part_names = {
    platform: 'OpenCTI', broker_in: 'RabbitMQ in', broker_out: 'RabbitMQ out', [source.name]: source.service, store: 'Store', shared_store: 'Shared store',
    connector: 'Connector',
  };
  const meanings = {
    'OpenCTI': 'The platform: this connector is registered, and its pings are answered.',
    'RabbitMQ in': 'The broker that delivers requests for enrichment.',
    'RabbitMQ out': 'The broker that receives results; the first result tests it.',
    [source.service]: source.meaning || 'The service that lookups are sent to.',
    'Store': 'The file with cached answers and the request count; both are in memory if it is not used.',
    'Shared store': 'The server through which replicas share cached answers, the request count and the order of works; without it, each replica continues alone.',
    'In progress': 'Messages that are being processed.',
    'Waiting': 'Messages that this connector has taken from the queue but not begun.',
    'Waiting in the queue': 'Messages that RabbitMQ has not delivered yet.',
    'Deferred': `Automatic requests that wait for the daily quota of ${source.label}.`,
  };
  const words = (name) => name.replaceAll('_', ' ').replace(/\b(tlp|pap)\b/, (marking) => marking.toUpperCase());
  for (const [name, meaning] of Object.entries(outcomes)) meanings[words(name)] = meaning;
  const glyphs = { up: '✓', down: '✕', starting: '…', off: '–', stopping: '■' };
  const part_words = { up: 'up', down: 'down', starting: 'not tried yet', off: 'not used', stopping: 'stopping' };
  const tones = new Map(ratings.map(({ word, tone }) => [word, tone]));
  const number = new Intl.NumberFormat('en-GB');
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });
  const time_zone = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts().find((part) => part.type === 'timeZoneName').value;
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

  const at = (id) => document.getElementById(id);

  /** Texts are never read as markup, and nothing changes that stays the same: neither focus nor selection is lost. */
  const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const set = (element, name, value) => {
    if (value === null || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  };
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) set(element, name, value);
    element.append(...children);
    return element;
  };

  /** Characters that nobody sees, or that turn the text around, are shown by their numbers. */
  const unseen = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e'
    + '\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}]', 'gu');
  const plain = (text) => text.replace(unseen, (each) => {
    const code = each.codePointAt(0).toString(16).padStart(4, '0');
    return code.length > 4 ? `\\u{${code}}` : `\\u${code}`;
  });

  /** One child for each item, found again by its key. */
  const keep = (parent, items, key, create, update) => {
    const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
    let place = parent.firstElementChild;
    for (const item of items) {
      const name = key(item);
      let child = known.get(name);
      known.delete(name);
      if (!child) {
        child = create(item);
        child.dataset.key = name;
      }
      if (child === place) place = place.nextElementSibling;
      else parent.insertBefore(child, place);
      update(child, item);
    }
    for (const old of known.values()) old.remove();
  };

  const counted = (count, one, many) => `${number.format(count)} ${count === 1 ? one : many}`;
  const span = (ms) => {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 90) return `${seconds} s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 90) return `${minutes} min`;
    const hours = Math.round(minutes / 60);
    return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
  };
  const duration = (ms) => {
    if (ms < 1000) return `${ms} ms`;
    return ms < 60000 ? `${(ms / 1000).toFixed(1)} s` : span(ms);
  };
  /** Only the date of another day is told. */
  const moment = (text) => {
    const time = new Date(text);
    const today = time.toDateString() === new Date().toDateString();
    return today ? clock.format(time) : `${day.format(time)}, ${clock.format(time)}`;
  };

  const full = (text) => whole.format(new Date(text));

  // --- the parts of the page ---

  const announced = new Map();
  const announce = (parts) => {
    const news = [];
    for (const { name, state, detail } of parts) {
      const before = announced.get(name);
      if (before !== undefined && before !== state) {
        news.push(`${part_names[name] ?? name}: ${part_words[state] ?? state}. ${detail}`);
      }
      announced.set(name, state);
    }
    if (news.length > 0) write(at('announcer'), news.join(' '));
  };

  const showParts = (parts) => {
    keep(at('links'), parts, (part) => part.name,
      () => make('li', {},
        make('div', { class: 'head' }, make('span', { class: 'glyph', 'aria-hidden': 'true' }), make('span', { class: 'title' }),
          make('span', { class: 'meaning hidden' }), make('span', { class: 'word' })),
        make('p', { class: 'detail' })),
      (item, part) => {
        set(item, 'data-state', part.state);
        set(item, 'data-name', part.name);
        item.classList.toggle('told', part.state === 'down' || part.state === 'stopping');
        write(item.querySelector('.glyph'), glyphs[part.state] ?? '?');
        const title = part_names[part.name] ?? part.name;
        write(item.querySelector('.title'), title);
        write(item.querySelector('.meaning'), meanings[title] ?? '');
        set(item, 'title', meanings[title] ?? null);
        write(item.querySelector('.word'), part_words[part.state] ?? part.state);
        write(item.querySelector('.detail'), plain(part.detail));
      });
  };

  const badge = (state, text) => {
    set(at('overall'), 'data-state', state);
    write(at('overall').firstElementChild, glyphs[state]);
    write(at('overall-text'), text);
  };

  const replicas = ({ replicas: all }) => {
    if (!all) return '';
    const others = all.others.map(({ name }) => plain(name));
    return ` · replica ${plain(all.name)}${others.length > 0 ? ` beside ${others.join(', ')}` : ', alone'}`;
  };

  const showHead = (status) => {
    const { name, version } = status.connector;
    write(at('name'), plain(name));
    write(at('version'), `Version ${version}`);
    write(at('uptime'), ` · running for ${span(Date.parse(status.at) - Date.parse(status.started))} · times in ${time_zone}${replicas(status)}`);
    set(at('uptime'), 'title', `Since ${full(status.started)}`);
    const failing = status.parts.filter((part) => part.state === 'down');
    // Without the store there is no cache; it is necessary only for messages over HTTP.
    const others = failing.filter((part) => part.name !== 'store' && part.name !== 'shared_store');
    const starting = status.parts.some((part) => part.state === 'starting' && part.name !== 'broker_out' && part.name !== source.name);
    const down = others.length > 0 || starting ? others : failing;
    if (status.stopping) badge('stopping', 'Stopping');
    else if (status.ready) badge('up', 'Ready');
    else if (down.length === 0 && starting) badge('starting', 'Starting');
    else badge('down', `Not ready: ${down.map((part) => part_names[part.name] ?? part.name).join(', ')}`);
    document.title = `${at('overall-text').textContent} · ${name}`;
  };

  const facts = (list, entries) => {
    const shown = entries.filter(Boolean).flatMap(([term, text]) => [{ tag: 'dt', key: `${term}?`, text: term }, { tag: 'dd', key: term, text }]);
    keep(list, shown, (each) => each.key, (each) => make(each.tag), (element, each) => {
      write(element, each.text);
      set(element, 'title', each.tag === 'dt' ? meanings[each.text] ?? null : null);
    });
  };

  const share = (part, whole) => Math.min(100, Math.max(0, (100 * part) / whole));

  const showQuota = (quota, now) => {
    const { limit, left, left_for_automatic: automatic } = quota;
    // The use of the limit that leaves fewer requests.
    const used = limit === null ? quota.used_here : limit - left;
    const gauge = at('gauge');
    write(at('quota-used'), number.format(used));
    write(at('quota-of'), limit === null ? 'sent; the quota is unknown' : `of ${number.format(limit)}`);
    gauge.hidden = limit === null;
    at('legend').hidden = limit === null;
    if (limit !== null) {
      set(gauge, 'aria-valuemax', limit);
      set(gauge, 'aria-valuenow', used);
      set(gauge, 'aria-valuetext', `${number.format(used)} of ${number.format(limit)} used`);
      set(gauge, 'data-spent', left === 0 ? '' : null);
      at('gauge-used').style.width = `${share(used, limit)}%`;
      at('gauge-kept').style.width = `${share(left - (automatic ?? left), limit)}%`;
    }
    facts(at('quota'), [
      left !== null && ['Left for manual requests', number.format(left)],
      automatic !== null && ['Left for automatic requests', number.format(automatic)],
      quota.used_by_all > quota.used_here && ['Sent by this connector', number.format(quota.used_here)],
      ['Resets in', span(Date.parse(quota.resets) - now)],
      quota.token_expires !== null && ['API token expires', new Date(quota.token_expires).toISOString().slice(0, 10)],
    ]);
  };

  const svg = (tag, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  const showRate = (minutes) => {
    const chart = at('rate');
    const [width, height] = [600 / minutes.length, 96];
    const totals = minutes.map((minute) => minute.done + minute.failed);
    const peak_count = Math.max(...totals);
    const all = totals.reduce((sum, each) => sum + each, 0);
    const failed = minutes.reduce((sum, minute) => sum + minute.failed, 0);
    const minute_of = (index) => clock.format(new Date(minutes[index].begins)).slice(0, 5);
    while (chart.childElementCount < minutes.length) {
      const group = svg('g', {});
      group.append(svg('title', {}), svg('rect', { class: 'slot' }), svg('rect', { class: 'done' }), svg('rect', { class: 'failed' }));
      chart.append(group);
    }
    minutes.forEach((minute, index) => {
      const [title, slot, done, bad] = chart.children[index].children;
      const scale = (count) => (peak_count === 0 ? 0 : (count / peak_count) * (height - 2));
      const x = index * width;
      const place = (rect, top, size) => {
        for (const [name, value] of [['x', x + 1], ['y', top], ['width', width - 2], ['height', size]]) set(rect, name, value.toFixed(2));
      };
      place(slot, 0, height);
      place(done, height - scale(minute.done), scale(minute.done));
      place(bad, height - scale(totals[index]), scale(minute.failed));
      write(title, `${minute_of(index)}: ${minute.done} done, ${minute.failed} failed`);
    });
    const peak = totals.indexOf(peak_count);
    write(at('rate-now'), number.format(all));
    write(at('rate-failed'), failed > 0 ? `· ${number.format(failed)} failed (hatched)` : '');
    write(at('rate-from'), minute_of(0));
    write(at('rate-peak'), peak_count > 0 ? `peak: ${number.format(peak_count)} at ${minute_of(peak)}` : '');
    set(chart, 'aria-label', all === 0 ? 'No enrichments in the last hour.'
      : `${counted(all, 'enrichment', 'enrichments')} in the last hour, ${number.format(failed)} of them failed; maximum in one minute: `
        + `${number.format(peak_count)}, at ${minute_of(peak)}.`);
  };

  const showBars = (table, rows) => {
    const most = Math.max(1, ...rows.map((row) => row.size));
    keep(table.tBodies[0], rows, (row) => row.key,
      (row) => make('tr', {}, make('th', { scope: 'row' }, ...(row.tone ? [make('span', { class: 'swatch', 'aria-hidden': 'true' })] : []),
        make('span', { class: 'label' })), make('td', { 'aria-hidden': 'true' }, make('span', { class: 'bar' })), make('td')),
      (element, row) => {
        set(element, 'data-tone', row.tone ?? null);
        set(element, 'data-failed', row.failed ? '' : null);
        write(element.querySelector('.label'), row.label);
        set(element.querySelector('.label'), 'title', meanings[row.label] ?? null);
        const bar = element.querySelector('.bar');
        bar.style.width = `${share(row.size, most)}%`;
        set(bar, 'data-empty', row.size === 0 ? '' : null);
        write(element.lastElementChild, row.text);
      });
  };

  const showFigures = (status) => {
    const rated = status[`${rating_word}s`];
    showBars(at('ratings'), ratings.map(({ word, tone }) => ({
      key: word, label: word, tone, size: rated[word] ?? 0, text: number.format(rated[word] ?? 0),
    })));
    const ended = Object.entries(status.outcomes).sort((one, other) => other[1] - one[1]);
    at('no-outcomes').hidden = ended.length > 0;
    showBars(at('outcomes'), ended.map(([name, count]) => ({ key: name, label: words(name), size: count, text: number.format(count) })));
    const { count, p50_ms: half, p95_ms: most, p99_ms: nearly_all, max_ms: longest } = status.latency;
    write(at('latency-of'), count === 0 ? 'Nothing has been enriched yet.' : `From delivery to report, the last ${number.format(count)}`);
    showBars(at('latency'), count === 0 ? [] : [['50 % within', half], ['95 % within', most], ['99 % within', nearly_all], ['longest', longest]]
      .map(([label, ms]) => ({ key: label, label, size: ms, text: duration(ms) })));
    facts(at('load'), [
      ['In progress', number.format(status.under_way)],
      ['Waiting', number.format(status.waiting)],
      status.queued !== null && ['Waiting in the queue', number.format(status.queued)],
      status.deferred > 0 && ['Deferred', number.format(status.deferred)],
      status.not_seen_imported > 0 && ['Sent, import not confirmed', number.format(status.not_seen_imported)],
    ]);
  };

  const showTroubles = (troubles) => {
    at('no-troubles').hidden = troubles.length > 0;
    keep(at('troubles'), troubles, (trouble) => `${trouble.level} ${trouble.message} ${trouble.reason}`,
      () => make('li', {}, make('span', { class: 'level' }),
        make('div', { class: 'what' }, make('p', { class: 'message' }), make('p', { class: 'reason muted' }), make('p', { class: 'advice' })),
        make('time', { class: 'when' })),
      (item, trouble) => {
        write(item.querySelector('.level'), trouble.level === 'error' ? 'Error' : 'Warning');
        set(item.querySelector('.level'), 'data-level', trouble.level);
        write(item.querySelector('.message'), plain(trouble.message));
        write(item.querySelector('.reason'), plain(trouble.reason));
        write(item.querySelector('.advice'), trouble.advice ? `What to do: ${plain(trouble.advice)}` : '');
        for (const name of ['.reason', '.advice']) item.querySelector(name).hidden = item.querySelector(name).textContent === '';
        write(item.querySelector('.when'), `${trouble.count > 1 ? `${number.format(trouble.count)} times, last ` : ''}${moment(trouble.last)}`);
        set(item.querySelector('.when'), 'datetime', trouble.last);
        set(item.querySelector('.when'), 'title', full(trouble.last));
      });
  };

  /** The server makes these addresses; only web pages are opened anyway. */
  const link = (address, text, about) => {
    if (typeof address !== 'string' || !/^https?:\/\//i.test(address)) return [];
    const hidden = make('span', { class: 'hidden' }, ` about ${about} (new tab)`);
    return [make('a', { href: address, rel: 'noopener noreferrer', target: '_blank', referrerpolicy: 'no-referrer' }, text, hidden)];
  };

  /** What was not asked about has no value: its type, and enough of its id to tell it from others. */
  const unnamed = ({ entity_id: id, entity_type: type }) => {
    const [prefix, unique = ''] = plain(id).split('--');
    return [plain(type) || prefix, unique && `${unique.slice(0, 8)}…`].filter(Boolean).join(' ') || 'no object';
  };

  const row = (each, fresh) => {
    const value = plain(each.value);
    const shown = value || unnamed(each);
    const about = [value && (each.entity_type || each.kind), each.mode].filter(Boolean).join(' · ');
    const cell = (name, ...children) => make('td', { role: 'cell', class: name }, ...children);
    const rating = each[rating_word];
    const element = make('tr', { role: 'row', class: fresh ? 'fresh' : null, 'data-tone': tones.get(rating) ?? null },
      cell('time', make('time', { datetime: each.at, title: full(each.at) }, moment(each.at))),
      cell('of', make('bdi', { class: 'value', title: value || plain(each.entity_id) }, shown), make('span', { class: 'about' }, plain(about))),
      ...(ratings.length > 0 ? [cell('rating', ...(rating ? [make('span', { class: 'swatch', 'aria-hidden': 'true' }), plain(rating)] : []))] : []),
      cell('outcome', make('span', { class: 'word', title: meanings[words(each.outcome)] ?? null }, words(each.outcome)),
        make('span', { class: 'text', title: plain(each.text) }, plain(each.text))),
      cell('number', duration(each.took_ms)),
      cell('open', ...link(each.opencti_page, 'OpenCTI', shown.slice(0, 80)), ...link(each[`${source.name}_page`], source.label, shown.slice(0, 80))));
    set(element.querySelector('.outcome'), 'data-failed', each.in_error ? '' : null);
    return element;
  };

  let shown_before = false;
  const showEnrichments = (enrichments) => {
    at('no-enrichments').hidden = enrichments.length > 0;
    at('list').hidden = enrichments.length === 0;
    // Equal entries of one moment are distinguished by their number.
    const seen = new Map();
    const keys = new Map([...enrichments].reverse().map((each) => {
      const name = [each.at, each.entity_id, each.value, each.outcome].join('\n');
      seen.set(name, (seen.get(name) ?? 0) + 1);
      return [each, `${name}\n${seen.get(name)}`];
    }));
    keep(at('list').tBodies[0], enrichments, (each) => keys.get(each), (each) => row(each, shown_before), () => {});
    shown_before = true;
  };

  const show = (status) => {
    at('access').hidden = true;
    at('board').hidden = false;
    showHead(status);
    showParts(status.parts);
    announce(status.parts);
    at('quota-panel').hidden = status.quota === null;
    if (status.quota !== null) showQuota(status.quota, Date.parse(status.at));
    showRate(status.minutes);
    showFigures(status);
    showTroubles(status.troubles);
    showEnrichments(status.enrichments);
  };

  // --- polling ---

  /** Others cannot stand in a header: to send one would fail, each time. */
  const sendable = (text) => /^[\x21-\x7e]+$/.test(text);
  const kept = sessionStorage.getItem(token_key);
  let token = kept !== null && sendable(kept) ? kept : null;
  let failures = 0;
  let got_at = null;
  let timer = null;
  let asking = false;

  const showAge = () => {
    if (got_at === null) return;
    const old = Date.now() - got_at;
    const age = span(old);
    set(at('age'), 'data-lost', failures > 0 ? '' : null);
    write(at('age'), failures > 0 ? `No contact with the connector; this is ${age} old` : old < 2 * every_ms ? 'Updated just now' : `Updated ${age} ago`);
  };

  const askForToken = () => {
    at('board').hidden = true;
    at('access').hidden = false;
    badge('off', 'Token needed');
    write(at('age'), '');
    got_at = null;
    write(at('token-problem'), token === null ? '' : 'The connector does not accept this token.');
    token = null;
    sessionStorage.removeItem(token_key);
    at('token').focus();
  };

  const lose = () => {
    failures += 1;
    if (failures === 1) write(at('announcer'), 'No contact with the connector.');
    badge('down', 'No contact');
    document.title = `No contact · ${product_title}`;
    if (got_at === null) write(at('age'), 'The connector does not answer');
    showAge();
  };

  const ask = async () => {
    const response = await fetch('status', {
      cache: 'no-store', headers: token === null ? {} : { Authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(request_ms),
    });
    if (response.status === 401) return askForToken();
    if (!response.ok) throw new Error(`status ${response.status}`);
    if (token !== null) sessionStorage.setItem(token_key, token);
    const status = await response.json();
    if (failures > 0) write(at('announcer'), 'The connector answers again.');
    failures = 0;
    got_at = Date.now();
    show(status);
    return showAge();
  };

  const poll = async () => {
    if (asking) return;
    clearTimeout(timer);
    asking = true;
    try {
      await ask();
    } catch (error) {
      lose();
    } finally {
      asking = false;
    }
    // Without a token no request is sent.
    if (!at('access').hidden && token === null) return;
    timer = setTimeout(poll, Math.min(every_ms * 2 ** failures, longest_pause_ms));
  };

  at('token-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const given = at('token').value.trim();
    if (!sendable(given)) {
      write(at('token-problem'), 'A token has no spaces and no letters beyond ASCII.');
      return;
    }
    write(at('token-problem'), '');
    token = given;
    at('token').value = '';
    poll();
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden && at('access').hidden) poll(); });
  for (const [word, meaning] of Object.entries(meanings)) at('meanings').append(make('dt', {}, word), make('dd', {}, meaning));
  for (const element of document.querySelectorAll('[data-of=rating]')) element.hidden = ratings.length === 0;
  setInterval(showAge, 1000);
  poll();
})();
