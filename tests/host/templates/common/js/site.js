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

  // A module's own rows on the product page; the answer takes the place of the whole table.
  function loadModuleRows() {
    var table = jQuery('#tblModuleSettings'), chosen = jQuery('select[name="servertype"]');
    if (!table.length || !chosen.length || !chosen.val()) { return; }
    var product = new URLSearchParams(window.location.search).get('id');
    jQuery.post('configproducts.php', {
      action: 'module-settings', id: product, module: chosen.val(), mode: 'simple', token: window.csrfToken
    }, function (data) { jQuery('#tblModuleSettings').replaceWith(data.content); }, 'json');
  }

  // A command to a module on a service's page; the answer takes the place of the page's content.
  window.runModuleCommand = function (action, fields, question) {
    if (question && !window.confirm(question)) { return; }
    jQuery('#servicecontent').css('opacity', '0.4');
    fields.ajax = '1';
    fields.token = window.csrfToken;
    jQuery.post(action, fields, function (data) {
      jQuery('#servicecontent').html(data).css('opacity', '1');
    }, 'html');
  };

  // What the bundles of the themes add to jQuery.
  function extend(jQuery) {
    jQuery.fn.modal = function (verb) { return this.each(function () { (verb === 'hide' ? hideModal : showModal)(this); }); };
    jQuery.fn.tab = function () { return this.each(function () { showTab(this); }); };
    jQuery(function () {
      loadModuleRows();
      jQuery(document).on('change', 'select[name="servertype"]', loadModuleRows);
      var place = /[#&?]tab=(\d+)/.exec(window.location.href);
      if (place && document.getElementById('tabLink' + place[1])) { showTab(document.getElementById('tabLink' + place[1])); }
    });
  }

  // The little that pages need where the site has no jQuery of its own: tests of scripts bring the real one.
  function Little(list) { this.list = list; this.length = list.length; if (list.length) { this[0] = list[0]; } }
  Little.prototype = {
    each: function (call) { this.list.forEach(function (item, index) { call.call(item, index, item); }); return this; },
    on: function (name, selector, call) {
      return this.each(function () {
        this.addEventListener(name, function (event) {
          if (!call) { selector.call(this, event); return; }
          var hit = event.target.closest(selector);
          if (hit) { call.call(hit, event); }
        });
      });
    },
    css: function (name, value) { return this.each(function () { this.style[name] = value; }); },
    val: function () { return this.length ? this[0].value : undefined; },
    html: function (text) {
      return this.each(function () { this.textContent = ''; this.appendChild(fragment(text)); });
    },
    replaceWith: function (text) { return this.each(function () { this.replaceWith(fragment(text)); }); },
    ready: function (call) { return window.jQuery(call); }
  };
  function fragment(text) { return document.createRange().createContextualFragment(text); }
  function little(what) {
    if (typeof what === 'function') {
      if (document.readyState === 'loading') { document.addEventListener('DOMContentLoaded', what); } else { what(); }
      return null;
    }
    return new Little(typeof what === 'string' ? Array.prototype.slice.call(document.querySelectorAll(what)) : [what]);
  }
  little.fn = Little.prototype;
  little.post = function (url, fields, call, kind) {
    fetch(url, { method: 'POST', credentials: 'same-origin', body: new URLSearchParams(fields) })
      .then(function (answer) { return kind === 'json' ? answer.json() : answer.text(); }).then(call);
  };
  if (!window.jQuery) { window.jQuery = window.$ = little; }
  extend(window.jQuery);
})();
