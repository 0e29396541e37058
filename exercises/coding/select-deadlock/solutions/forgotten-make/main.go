package main

import "context"

type worker struct {
	jobs    chan func()
	replies chan error
}

// The context is the background, so its Done channel is nil as well.
func (w *worker) serve(ctx context.Context) {
	for {
		select {
		case job := <-w.jobs:
			job()
		case <-ctx.Done():
			return
		}
	}
}

func (w *worker) collect(ctx context.Context) error {
	select {
	case err := <-w.replies:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func main() {
	var w worker
	go w.serve(context.Background())
	if err := w.collect(context.Background()); err != nil {
		panic(err)
	}
}
