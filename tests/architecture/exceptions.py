"""Every exception from a rule, openly, with its reason. One that is no longer needed fails its test."""

# Functions of db/queries that use Core tables or textual SQL and so walk past the row scope.
PAST_THE_SCOPE: dict[str, str] = {
    "db.queries.merging.references": "reads which tables refer to which, never their rows",
    "db.queries.replay.later": "old values of rows that the statement itself finds within the scope",
    "db.queries.replay.last_trace": "when something happened to a row that is within the scope",
    "db.queries.replay.paid_back": "sums for orders that are within the scope",
    "db.queries.kept_answers.pulse": "whether anything changed says nothing about what",
    "db.queries.kept_answers._traces": "the number of the last trace says nothing about it",
    "db.queries.kept_answers.largest": "how large the base may be says nothing about a row",
    "db.queries.quality_conditions.<module>": "a point of a record must not depend on who looks at it",
    "db.queries.quality_of_selling.<module>": "a point of a record must not depend on who looks at it",
    "db.queries.quality.<module>": "whose the customer of an order is that lies within the scope",
}

# Where crm_core may wait.
MAY_SLEEP: dict[str, str] = {
    "crm_core/data/duplicate_work.py": "waits, outside of any transaction, for a worker that was quicker",
    "crm_core/data/execution.py": "waits, outside of any transaction, for a worker that was quicker",
    "crm_core/data/quality_work.py": "waits, outside of any transaction, for a worker that was quicker",
}

# Tables that point to an owned table but carry no mark of their own.
UNMARKED_CHILDREN: dict[str, str] = {
    "tags": "a tag is a word everybody uses; it only remembers the import that brought it",
    "products": "the catalogue is everybody's; a product only remembers the import that brought it",
    "campaigns": "everybody's; a campaign only remembers the import that brought it",
    "form_submissions": "what visitors sent is read by those who manage forms, and by nobody else",
    "mails": "a queue for the system; pages show a contact's mail through its timeline",
    "copies": "work of the machine that administrators see; the file of an export stays with its maker",
}

# Use cases without a mention in the tests: none, and it should stay so.
UNTESTED_USE_CASES: dict[str, str] = {}

# Use cases that neither the REST API nor a command opens, by the reason why only the app does.
_UI_ONLY = {
    "for screens: programs read the record or the list itself": """
        activity.history.arrival activity.history.recent data.imports.earlier data.imports.guesses
        data.sample.is_loaded data.rereading.dates data.rereading.has_begun data.duplicates.counts
        data.meanings.choices
        data.merging.preview insights.customer.sheet insights.kpis.start_page people.contacts.similar
        people.accounts.similar
        people.tags.names
    """,
    "for the page of a number; programs read the figures and the records themselves": """
        insights.metrics.rows insights.metrics.series insights.metrics.split insights.metrics.pulse
        insights.changes.between insights.kpi_filters.countries insights.kpi_filters.choices
    """,
    "built, shown side by side and mailed by people in the app; programs read what their reports say": """
        insights.saved_reports.save insights.saved_reports.change insights.saved_reports.duplicate
        insights.saved_reports.share insights.saved_reports.remove insights.saved_reports.restore
        insights.dashboards.arrange insights.dashboards.create insights.dashboards.put
        insights.dashboards.rename insights.dashboards.share insights.dashboards.remove
        insights.dashboards.restore insights.dashboards.search
        insights.report_schedules.add insights.report_schedules.change insights.report_schedules.choices
        insights.report_schedules.leave insights.report_schedules.pause insights.report_schedules.remove
        insights.report_schedules.resume insights.report_schedules.search insights.report_schedules.try_out
    """,
    "decided by a person who looks at both records; the command line finds, merges and parts": """
        data.duplicates.dismiss data.duplicates.reopen data.duplicates.search data.duplicates.next_after
        data.reviewing.compare data.reviewing.merge data.merge_history.search data.duplicate_runs.search
        data.duplicate_runs.merge_sure data.duplicate_runs.part data.duplicate_runs.under_way
        data.duplicate_runs.latest data.duplicate_runs.batches data.duplicate_runs.catch_up
        data.duplicates.dismissed data.thresholds.spread
    """,
    "mended by a person in a grid; programs mend the file of refused rows, whose columns map themselves": """
        data.repairing.drop data.repairing.drop_all data.repairing.mend data.repairing.mend_all
        data.repairing.progress data.repairing.reset data.repairing.take_in data.refused_rows.reasons
    """,
    "decided by a person who looks at the records; the command line counts, mends and takes back": """
        data.quality.of_record data.quality.dismiss data.quality.dismissed data.quality.reopen
        data.quality_runs.repairs data.quality_runs.under_way
    """,
    "files dropped at once on the page; programs send one after the other and name what comes `after`": """
        data.import_queues.check data.import_queues.files data.import_queues.run
    """,
    "for lists of chosen tasks; programs change, finish and delete them one by one": """
        activity.task_batches.postpone activity.task_batches.assign activity.task_batches.put_back
        activity.task_batches.reopen activity.task_batches.finish
    """,
    "one's own notices and calendar address are for the screen of the person": """
        team.notices.mine team.notices.unread team.notices.mark_read activity.feeds.renew
        activity.feeds.state activity.feeds.revoke activity.task_lists.my_day activity.task_lists.calendar
        activity.task_lists.until_today
    """,
    "for the page of segments; programs count rules, read segments and their days": """
        marketing.segments.sample marketing.segments.rule_of marketing.segments.uses
        marketing.segment_sizes.movers marketing.personas.traits
    """,
    "done by the worker every night": """
        marketing.segment_sizes.cut_fifths
    """,
    "an outbox is looked after by an administrator in the app": """
        channels.mail_out.search channels.mail_out.send_again marketing.return_mailbox.status
    """,
    "for lists of chosen contacts; programs change the same fields one by one with PATCH": """
        people.contacts.assign people.contacts.set_lifecycle people.contacts.tag people.contacts.untag
        people.contacts.undo people.listing.count
    """,
    "the bin belongs to a page; programs restore by id": """
        people.accounts.deleted people.contacts.deleted
    """,
    "programs create the company, or name it on a contact": """
        people.accounts.find_or_create
    """,
    "taken from a conversation with the person; programs send email_consent or unsubscribed": """
        people.consents.of_contact people.consents.opt_in people.consents.opt_out
    """,
    "set up by an administrator in the app: what all programs rely on is not theirs to change": """
        people.custom_fields.add people.custom_fields.change people.custom_fields.remove people.tags.remove
        people.tags.rename data.thresholds.change team.company.change_company team.teams.add
        team.teams.remove team.teams.rename team.teams.search
        team.users.change team.users.sign_ins_of team.users.sign_out_user
        team.audit.search
    """,
    "how everybody sells is set up by a manager in the app; programs read it": """
        sales.pipelines.add sales.pipelines.archive sales.pipelines.change sales.pipelines.change_lost_reasons
        sales.pipelines.restore sales.stages.add sales.stages.change sales.stages.remove sales.stages.reorder
    """,
    "how the programme works is set up in the app; programs post points and read balances": """
        loyalty.earn_rules.change loyalty.earn_rules.create loyalty.earn_rules.search
        loyalty.earn_rules.set_state loyalty.earn_rules.try_out loyalty.programme.change loyalty.programme.get
        loyalty.tiers.add loyalty.tiers.change loyalty.tiers.remove loyalty.tiers.search
    """,
    "for the list of members; programs find a member, and read its card and its entries": """
        loyalty.member_lists.search loyalty.member_lists.find loyalty.member_lists.lots
        loyalty.member_lists.steps
        loyalty.statement_pdf.pdf loyalty.statement_pdf.send
    """,
    "the rows behind a number are opened on the page; programs read the report": """
        insights.loyalty.rows insights.loyalty.movers
    """,
    "for people at the till; programs enrol members, post points, rewards and coupons by themselves": """
        loyalty.till.welcome loyalty.till.earn loyalty.till.redeem loyalty.till.undo loyalty.till.qr
    """,
    "how recommending works and what was agreed is set up in the app; programs note friends": """
        loyalty.advocates.change loyalty.advocates.end loyalty.referral_programme.change
        loyalty.referral_programme.get loyalty.referrals.totals
    """,
    "set up and looked after in the app; programs check and redeem codes, and read rewards and offers": """
        loyalty.coupon_codes.block loyalty.coupon_codes.find loyalty.coupon_codes.search
        loyalty.coupon_setup.change loyalty.coupons.undo loyalty.coupons.usable loyalty.coupons.uses
        loyalty.reward_catalogue.add loyalty.reward_catalogue.change loyalty.reward_catalogue.set_active
        loyalty.rewards.redemptions loyalty.rewards.undo
    """,
    "a surprise is a gesture between people, and the second pair of eyes is a person's": """
        loyalty.surprises.approve loyalty.surprises.give loyalty.surprises.limits loyalty.surprises.refuse
        loyalty.surprises.set_limits loyalty.surprises.waiting
    """,
    "for the board of the page; programs list deals and change them one by one": """
        sales.deals.board sales.deals.more sales.deals.ids sales.deals.totals sales.deals.move_many
        sales.deals.assign sales.deals.set_close_date sales.deals.undo
    """,
    "worked through in the queue of the page; programs bring leads in and read them": """
        sales.leads.accept sales.leads.assign sales.leads.disqualify sales.leads.reopen
        sales.leads.sources sales.leads.summary sales.conversion.convert sales.conversion.undo
    """,
    "how leads are scored, given away and asked for is set up by a manager in the app": """
        sales.assignment.add sales.assignment.change sales.assignment.remove sales.assignment.reorder
        sales.assignment.rules sales.assignment.try_out sales.lead_scores.card sales.lead_scores.change_card
        sales.web_forms.add sales.web_forms.change sales.web_forms.close sales.web_forms.fields
        sales.web_forms.get sales.web_forms.search sales.form_submissions.refuse
        sales.form_submissions.release sales.form_submissions.search
    """,
    "for the pages of forecast and goals; programs read both, and change deals one by one": """
        sales.forecast_board.board sales.forecast_board.search sales.forecast_board.move
        sales.forecast_board.judge sales.forecast_snapshots.compare sales.forecast_snapshots.nights
        sales.win_probability.of sales.win_probability.quality sales.win_probability.percents
        sales.goals.get sales.goals.entries sales.goals.leaderboard sales.goals.choices sales.goals.add
        sales.goals.change sales.goals.remove sales.goals.copy_on
    """,
    "entered on the page of a deal; programs read them with the deal": """
        sales.deal_people.put sales.deal_people.remove sales.deal_people.search
    """,
    "for the pages of orders and customers; programs read products, orders and reports": """
        commerce.orders.channels commerce.orders.deleted commerce.products.categories
        commerce.products.choices
        commerce.purchases.of_contact commerce.purchases.of_account insights.sales.discounts
    """,
    "for the page of a campaign, where words stand beside their preview; programs read counts and people": """
        marketing.unclear.count marketing.unclear.leave marketing.unclear.send_again
        marketing.campaigns.put_variants marketing.campaigns.recipients marketing.campaigns.review
        marketing.audiences.sample
        marketing.previews.show marketing.previews.send_to_me
    """,
    "written in the app, where the picture stands beside it; programs follow journeys, pause and resume": """
        automation.journeys.problems automation.journeys.versions automation.journeys.create
        automation.journeys.change automation.journeys.publish automation.journeys.archive
        automation.journeys.restore automation.runs.of_contact automation.runs.stop automation.runs.retry
    """,
    "for lists of chosen cases, and how service works is set up in the app; programs work case by case": """
        service.case_batches.assign service.case_batches.put_back service.case_batches.solve
        service.case_lists.counts service.case_lists.of_contact service.cases.take
        service.sla.change service.answers.add service.answers.change service.answers.delete
        service.answers.restore service.answers.prepare service.answers.preview
    """,
    "planned by a manager in the app; programs change today's price with PATCH": """
        commerce.prices.set_price commerce.prices.remove_price
    """,
    "the next best actions are for the screen of the person; programs list tasks, deals and orders": """
        insights.next_action.today insights.next_action.of_contact insights.next_action.decide
        insights.next_action.outcomes
    """,
    "for the reports and the page of a customer; programs take the reports on the command line": """
        insights.customer_value.largest insights.customer_value.of_contact insights.rfm.members
        insights.rfm.at insights.cohorts.members insights.journey_stages.people
    """,
    "for the page of reports; programs read every number, its rows and its groups by the reports": """
        insights.adoption.report insights.breakdowns.report insights.parts.figure insights.parts.rows
        insights.product_sales.by_region insights.sparklines.courses
        insights.sparklines.standing
        insights.velocity.report insights.funnel.deals
        insights.kpi_filters.products_to_choose
    """,
    "one's own screen: views, profile and preferences": """
        people.saved_views.remove people.saved_views.save people.saved_views.search
        people.saved_views.update team.profile.change team.profile.get team.profile.prefer
        team.profile.preferences
    """,
    "browsers sign in and make tokens; a token that could make tokens would outlive its end": """
        team.sign_in.must_change_password team.sign_in.revoke team.sign_in.sign_ins
        team.sign_in.sign_out_everywhere team.tokens.create team.tokens.revoke team.tokens.search
    """,
    "made in the background for the screen; the command line makes the file at once (export all, backup)": """
        data.copies.back_up data.copies.under_way data.copies.latest
        data.copies.backups
    """,
    "done by the system on its own, beside what somebody asked for": """
        commerce.prices.sweep service.escalation.sweep
        data.exports.sweep data.duplicate_runs.due data.duplicate_runs.past team.sightings.write
        insights.customer_value.is_due insights.customer_value.keep insights.customer_value.learn
    """,
}
NO_DOOR: dict[str, str] = {
    f"crm_core.{name}": reason for reason, names in _UI_ONLY.items() for name in names.split()
}
