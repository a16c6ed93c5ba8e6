# Whatever stands at the number is taken for ours.
s/(if config\.carries\(mark\)) \{/\1 || config.lock.is_none() {/
