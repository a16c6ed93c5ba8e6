/* phpcs:ignoreFile -- PSR-12 is about PHP */
/* What the themes' JavaScript does for modules: tabs, modals, collapses, dropdowns, links posted with a token. */
(function () {
  'use strict';

  function each(selector, call, root) {
    Array.prototype.forEach.call((root || document).querySelectorAll(selector), call);
  }

  function targetOf(element) {
    var selector = element.getAttribute('data-target') || element.getAttribute('href') || '';
    return selector.length > 1 && selector.charAt(0) === '#' ? document.getElementById(selector.slice(1)) : null;
  }

  function showTab(element) {
    var pane = targetOf(element);
    if (!pane) { return; }
    var list = element.closest('.nav, .list-group');
    if (list) {
      each('.active', function (item) { item.classList.remove('active'); }, list);
      element.classList.add('active');
      if (element.parentNode.tagName === 'LI') { element.parentNode.classList.add('active'); }
    }
    Array.prototype.forEach.call(pane.parentNode.children, function (other) {
      if (other.classList.contains('tab-pane')) { other.classList.remove('active', 'in', 'show'); }
    });
    pane.classList.add('active', 'in', 'show');
    element.dispatchEvent(new CustomEvent('shown.bs.tab', { bubbles: true }));
  }

  function showModal(modal) {
    if (!modal || modal.classList.contains('is-open')) { return; }
    modal.classList.add('is-open', 'in', 'show');
    modal.style.display = 'block';
    document.body.classList.add('modal-open');
    var shade = document.createElement('div');
    shade.className = 'modal-backdrop fade in show';
    document.body.appendChild(shade);
    modal.dispatchEvent(new CustomEvent('shown.bs.modal', { bubbles: true }));
  }

  function hideModal(modal) {
    if (!modal || !modal.classList.contains('is-open')) { return; }
    modal.classList.remove('is-open', 'in', 'show');
    modal.style.display = 'none';
    each('.modal-backdrop', function (shade) { shade.parentNode.removeChild(shade); });
    document.body.classList.remove('modal-open');
    modal.dispatchEvent(new CustomEvent('hidden.bs.modal', { bubbles: true }));
  }

  function post(url) {
    var form = document.createElement('form');
    form.method = 'post';
    form.action = url.pathname;
    url.searchParams.set('token', window.csrfToken);
    url.searchParams.forEach(function (value, name) {
      var field = document.createElement('input');
      field.type = 'hidden';
      field.name = name;
      field.value = value;
      form.appendChild(field);
    });
    document.body.appendChild(form);
    form.submit();
  }

  function runCustomAction(element) {
    fetch(window.whmcsBaseUrl + '/' + element.getAttribute('data-custom-action'), {
      method: 'POST', credentials: 'same-origin', body: new URLSearchParams({ token: window.csrfToken })
    }).then(function (answer) { return answer.json(); }).then(function (answer) {
      if (answer.success && answer.redirectTo) { window.location = answer.redirectTo; return; }
      window.alert(answer.errorMsg || 'Action failed');
    });
  }

  document.addEventListener('click', function (event) {
    var element = event.target.closest('[data-toggle], [data-dismiss], [data-custom-action], a[href]');
    if (!element) { return; }
    if (element.hasAttribute('data-custom-action')) {
      event.preventDefault();
      if (!element.classList.contains('disabled')) { runCustomAction(element); }
      return;
    }
    var dismiss = element.getAttribute('data-dismiss');
    if (dismiss === 'modal') { hideModal(element.closest('.modal')); return; }
    if (dismiss === 'alert') { element.closest('.alert').remove(); return; }
    switch (element.getAttribute('data-toggle')) {
      case 'tab': case 'pill': case 'list': event.preventDefault(); showTab(element); return;
      case 'modal': event.preventDefault(); showModal(targetOf(element)); return;
      case 'collapse':
        event.preventDefault();
        var box = targetOf(element);
        if (box) { box.classList.toggle('in'); box.classList.toggle('show'); }
        return;
      case 'dropdown':
        event.preventDefault();
        element.parentNode.classList.toggle('open');
        each('.dropdown-menu', function (menu) { menu.classList.toggle('show'); }, element.parentNode);
        return;
    }
    var link = element.getAttribute('href');
    if (link && /#tab[A-Z]/.test(link)) {
      var pane = document.getElementById(link.split('#')[1]);
      if (pane) { event.preventDefault(); showTab(pane.id === 'tabOverview' ? anchor('#tabOverview') : anchor('#' + pane.id)); }
      return;
    }
    if (window.postsCustomLinks && link && /clientarea\.php.*modop=custom/.test(link)) {
      var url = new URL(element.href, window.location.href);
      if (url.origin === window.location.origin) { event.preventDefault(); post(url); }
    }
  });

  function anchor(hash) {
    var element = document.createElement('a');
    element.setAttribute('href', hash);
    return element;
  }

  document.addEventListener('click', function (event) {
    if (event.target.classList && event.target.classList.contains('modal')) { hideModal(event.target); }
    if (!event.target.closest('.dropdown, .btn-group, [data-toggle=dropdown]')) {
      each('.dropdown-menu.show', function (menu) { menu.classList.remove('show'); menu.parentNode.classList.remove('open'); });
    }
  });
  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape') { hideModal(document.querySelector('.modal.is-open')); }
  });
  document.addEventListener('DOMContentLoaded', function () {
    if (/^#tab[A-Z]/.test(window.location.hash) && document.querySelector(window.location.hash)) {
      showTab(anchor(window.location.hash));
    }
  });

  // Modules that open a dialogue by script use the themes' jQuery; only that much of it is here.
  window.jQuery = window.$ = window.jQuery || function (what) {
    if (typeof what === 'function') {
      if (document.readyState === 'loading') { document.addEventListener('DOMContentLoaded', what); } else { what(); }
      return null;
    }
    var list = typeof what === 'string' ? Array.prototype.slice.call(document.querySelectorAll(what)) : [what];
    var set = {
      length: list.length, 0: list[0],
      each: function (call) { list.forEach(function (item, index) { call.call(item, index, item); }); return set; },
      modal: function (verb) { list.forEach(verb === 'hide' ? hideModal : showModal); return set; },
      tab: function () { list.forEach(showTab); return set; },
      on: function (name, call) { list.forEach(function (item) { item.addEventListener(name, call); }); return set; },
      ready: function (call) { return window.jQuery(call); }
    };
    return set;
  };
})();
