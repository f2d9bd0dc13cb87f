/**
 * What each vendor's API takes, as its documentation says it: a JSON Schema of the body (nothing beyond it is let through), limits that a
 * schema cannot say, how it agrees, and how it asks to be left alone for a while.
 */
import { discord } from "./vendors/discord.ts";
import { googleChat } from "./vendors/google-chat.ts";
import { mattermost } from "./vendors/mattermost.ts";
import { ntfy } from "./vendors/ntfy.ts";
import { opsgenie } from "./vendors/opsgenie.ts";
import { pagerDuty } from "./vendors/pagerduty.ts";
import { slackWebhook, slackBot } from "./vendors/slack.ts";
import { teams } from "./vendors/teams.ts";
import { telegram } from "./vendors/telegram.ts";
import { webhook, templatedWebhook } from "./vendors/webhook.ts";
import type { Vendor } from "./vendors/vendor.ts";

export const VENDORS: readonly Vendor[] = [
  slackWebhook,
  slackBot,
  teams,
  discord,
  googleChat,
  mattermost,
  telegram,
  ntfy,
  pagerDuty,
  opsgenie,
  webhook,
  templatedWebhook,
];
