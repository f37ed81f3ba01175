/*
 * What happens to a device is written down by the database itself, so that no way to change a device can forget it.
 * docs/delivery.md tells what it is for: the timeline of a device.
 */
import { sql } from 'kysely'

const DAY_MS = 86_400_000
/** In milliseconds since 1970. */
const now = "cast(unixepoch('now', 'subsec') * 1000 as integer)"

/**
 * `registered`: the app registered again, while active; once a day at the most, because it does so at every launch.
 * `returned`: it registered while the device was inactive, because of `reason`.
 * `reactivated`: it is active again and its app has not registered: an operator, or an import.
 * `deactivated`: because of `reason`.
 */
export const deviceEventTriggers = [
  `create trigger devices_registered after update of registered_at on devices
    when old.is_active = 1 and new.is_active = 1
      and new.registered_at / ${DAY_MS} > old.registered_at / ${DAY_MS}
    begin
      insert into device_events (device_id, at, kind) values (new.id, new.registered_at, 'registered');
    end`,
  `create trigger devices_activity after update of is_active on devices
    when old.is_active <> new.is_active
    begin
      insert into device_events (device_id, at, kind, reason) values (
        new.id,
        case when new.is_active = 0 then coalesce(new.deactivated_at, ${now})
          when new.registered_at <> old.registered_at then new.registered_at else ${now} end,
        case when new.is_active = 0 then 'deactivated'
          when new.registered_at <> old.registered_at then 'returned' else 'reactivated' end,
        case when new.is_active = 0 then new.deactivation_reason else old.deactivation_reason end);
    end`,
].map((text) => sql.raw(text))
