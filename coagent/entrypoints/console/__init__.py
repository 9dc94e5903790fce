"""The console: the views in a browser, with the decisions that people may take. It has no figures of its own.

A page is a module in `pages/` that declares one frozen `Page`, and one line in `pages/__init__.py`:

- `Page(path, title, group, about, tables, filters, charts, news)`; its path, such as `spend`, is the address.
- `Table(name, caption, view, sql, columns, empty)`: `sql` asks the views of schema `insights` as the role
  `insights_reader`, with its parameters as `%(name)s`, each of which is a `Filter` of the page or a part of its path
  (`shifts/{id}`). It has an ORDER BY and no LIMIT: pages of rows are cut outside of it. `empty` says what to do.
- `Column(name, header, kind)`: `name` is that of the SQL, `kind` says how a value is written. NULL is a dash.
  `link="/shifts/{id}"` is filled from the row.
- `Filter(name, label, kind, default)`: a query parameter. `Table(when={"by": "model"})` is shown only there.
- `Chart(kind, table, title, x, y)`: draws a table of the same page in the browser, from the JSON of the rows it shows.
- `news`: the topics of `live/topics.py` at which an open page reloads its tables.

Everything else follows: the page in HTML, `/spend.csv` and `/spend.json` of its first table, `/spend/TABLE.csv` of the
others, filters, paging, the menu. A page that needs more has a template of its own that extends `page.html`
(`Page(template=…)`); it is given the same tables as rows.

Who may see it: `access/`. Nothing is open unless `access/open_paths.py` names it, and each POST is checked there.
"""
