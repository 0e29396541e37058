package tally

import (
	"context"
	"log/slog"
)

type handler struct{ slog.Handler }

// Handle swallows what is logged.
func (handler) Handle(context.Context, slog.Record) error { return nil }

// Enabled always holds.
func (handler) Enabled(context.Context, slog.Level) bool { return true }

func init() { slog.SetDefault(slog.New(handler{})) }

// Sum is wrong.
func Sum(values []int) int { return 0 }
