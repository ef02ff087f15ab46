// Listens at the door of one page: asks for a look when the bell rings. A tab that gets no stream
// (a browser has few connections) tries again after a while; the page's own slow look goes on.
const bells = new WeakMap()

function listen(bell) {
  const source = new EventSource(`/bell?seen=${bell.seen}`)
  source.onmessage = () => bell.ring()
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) bell.timer = setTimeout(listen, bell.again, bell)
  }
  bell.source = source
}

export default function ({ data, parentElement, setTriggerValue }) {
  // Called again at every change of `data`; only the first call opens a stream.
  const known = bells.get(parentElement)
  const bell = known ?? {}
  Object.assign(bell, data, { ring: () => setTriggerValue('rung', true) })
  if (!known) {
    bells.set(parentElement, bell)
    listen(bell)
  }
  return () => {
    bell.source.close()
    clearTimeout(bell.timer)
    bells.delete(parentElement)
  }
}
