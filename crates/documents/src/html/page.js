'use strict';
(() => {
  const form = document.getElementById('filter');
  const rows = Array.from(document.querySelectorAll('.change'));
  const selects = form ? Array.from(form.querySelectorAll('select')) : [];
  let texts;

  const text = (index) => {
    texts ??= rows.map((row) => (row.id + ' ' + row.firstElementChild.textContent).toLowerCase());
    return texts[index];
  };

  const apply = () => {
    const words = document.getElementById('f-text').value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = selects.filter((select) => select.value);
    let shown = 0;
    rows.forEach((row, index) => {
      const fits =
        wanted.every((select) => row.dataset[select.dataset.key].split(' ').includes(select.value)) &&
        words.every((word) => text(index).includes(word));
      row.hidden = !fits;
      shown += fits;
    });
    document.getElementById('f-count').textContent = `${shown} of ${rows.length}`;
  };

  const named = () => {
    const id = location.hash.slice(1);
    const prefix = /^c-[0-9a-f]{7,}$/.test(id);
    return document.getElementById(id) || (prefix ? rows.find((row) => row.id.startsWith(id)) : null);
  };

  const reveal = () => {
    const target = named();
    if (!target || !rows.includes(target)) return;
    if (target.hidden) {
      form.reset();
      apply();
    }
    target.open = true;
    target.firstElementChild.focus({ preventScroll: true });
    target.scrollIntoView({ block: 'start' });
  };

  const copy = async (button) => {
    const code = button.parentElement.querySelector('code');
    getSelection().selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.firstChild.data = 'Copied';
    } catch {
      button.firstChild.data = 'Selected: copy';
    }
  };

  if (form) {
    form.hidden = false;
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('input', apply);
    form.addEventListener('reset', () => setTimeout(apply));
  }
  for (const button of document.querySelectorAll('.copyable button')) {
    button.hidden = false;
    button.addEventListener('click', () => copy(button));
  }

  addEventListener('hashchange', reveal);
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#c-"]');
    if (link && link.hash === location.hash) reveal();
  });
  reveal();
})();
