-- Back to rows of two kilobytes.

DROP INDEX instances_cancelled_idx;

ALTER TABLE instances RESET (toast_tuple_target);
